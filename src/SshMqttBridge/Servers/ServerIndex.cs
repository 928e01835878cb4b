using SshMqttBridge.Configuration;

namespace SshMqttBridge.Servers;

/// <summary>
/// The latest options of each server that the configuration has, or has had: the results of one that was removed are still published.
/// Thread-safe.
/// </summary>
internal sealed class ServerIndex(IEnumerable<ServerOptions> servers)
{
    private volatile IReadOnlyDictionary<string, ServerOptions> _byId = ById(servers);

    /// <exception cref="KeyNotFoundException">There never was such a server.</exception>
    public ServerOptions this[string id] => _byId[id];

    /// <returns>Null if there never was such a server.</returns>
    public ServerOptions? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Adds the servers, or replaces their options. Not for concurrent calls.</summary>
    public void Add(IEnumerable<ServerOptions> servers) => _byId = ById(_byId.Values.Concat(servers));

    private static Dictionary<string, ServerOptions> ById(IEnumerable<ServerOptions> servers)
    {
        var byId = new Dictionary<string, ServerOptions>(StringComparer.Ordinal);
        foreach (var server in servers)
        {
            byId[server.Id] = server;
        }

        return byId;
    }
}
