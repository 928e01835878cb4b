using SshMqttBridge.Configuration;

namespace SshMqttBridge.Actions;

/// <summary>The named actions of all servers. Thread-safe.</summary>
internal sealed class ActionCatalog
{
    private volatile IReadOnlyDictionary<string, IReadOnlyList<NamedAction>> _byServer;

    public ActionCatalog(IEnumerable<ServerOptions> servers) => _byServer = ByServer(servers);

    public static ActionCatalog Empty { get; } = new([]);

    /// <summary>A server's actions, in the order of the file; empty if there is no such server.</summary>
    public IReadOnlyList<NamedAction> Of(string serverId) => _byServer.GetValueOrDefault(serverId) ?? [];

    /// <summary>Replaces all actions by those of other options.</summary>
    public void Replace(IEnumerable<ServerOptions> servers) => _byServer = ByServer(servers);

    public NamedAction? Find(string serverId, string name)
    {
        foreach (var action in Of(serverId))
        {
            if (action.Options.Name == name)
            {
                return action;
            }
        }

        return null;
    }

    private static Dictionary<string, IReadOnlyList<NamedAction>> ByServer(IEnumerable<ServerOptions> servers) =>
        servers.ToDictionary(
            server => server.Id,
            IReadOnlyList<NamedAction> (server) => [.. server.Actions.Select(action => new NamedAction(action))],
            StringComparer.Ordinal
        );
}
