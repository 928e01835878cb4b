namespace SshMqttBridge.Client;

/// <summary>A server in <c>ssh/bridge/info</c>.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Connection"><c>online</c> or <c>offline</c>.</param>
/// <param name="Reason">Why it is offline; null: no failure is known.</param>
/// <param name="Actions">Its actions.</param>
internal sealed record ListedServer(string Id, string Connection, string? Reason, IReadOnlyList<ListedAction> Actions);

/// <summary>An action of a server.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">Its title.</param>
/// <param name="Parameters">How to write them on the command line: <c>unit=nginx|jellyfin</c>, in brackets if they have a
/// default.</param>
internal sealed record ListedAction(string Name, string Title, IReadOnlyList<string> Parameters);
