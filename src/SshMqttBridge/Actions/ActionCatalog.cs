using SshMqttBridge.Configuration;

namespace SshMqttBridge.Actions;

/// <summary>The named actions of all servers. Immutable.</summary>
internal sealed class ActionCatalog
{
    private readonly Dictionary<string, IReadOnlyList<NamedAction>> _byServer = new(StringComparer.Ordinal);

    public ActionCatalog(IEnumerable<ServerOptions> servers)
    {
        foreach (var server in servers)
        {
            _byServer.Add(server.Id, [.. server.Actions.Select(action => new NamedAction(action))]);
        }
    }

    public static ActionCatalog Empty { get; } = new([]);

    /// <summary>A server's actions, in the order of the file; empty if there is no such server.</summary>
    public IReadOnlyList<NamedAction> Of(string serverId) => _byServer.GetValueOrDefault(serverId) ?? [];

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
}
