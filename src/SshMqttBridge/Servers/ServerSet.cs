using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Servers;

/// <summary>All servers, each with its own queue, worker and connection.</summary>
internal sealed class ServerSet
{
    private readonly List<Server> _servers = [];
    private readonly Dictionary<string, Server> _byId = new(StringComparer.Ordinal);

    public ServerSet(IReadOnlyList<ServerOptions> options, ServerFactory factory, InterruptionMonitor interruptions)
    {
        interruptions.Subscribe(_ => OnInterrupted());
        foreach (var server in options)
        {
            var created = factory.Create(server, () => Changed?.Invoke(this, EventArgs.Empty));
            _servers.Add(created);
            _byId.Add(server.Id, created);
        }
    }

    /// <summary>
    /// Raised on any thread after a server's connection or problem has changed. Handlers must be quick and not call back.
    /// </summary>
    public event EventHandler? Changed;

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<Server> All => _servers;

    /// <returns>Null if there is no server with that id.</returns>
    public Server? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Sets for all servers whether the bridge is active, that is, connected to its broker.</summary>
    public void SetActive(bool isActive)
    {
        foreach (var server in _servers)
        {
            server.SetActive(isActive);
        }
    }

    /// <inheritdoc cref="Server.LoseLeaseAsync"/>
    public Task LoseLeaseAsync() => Task.WhenAll(_servers.Select(server => server.LoseLeaseAsync()));

    private void OnInterrupted()
    {
        foreach (var server in _servers)
        {
            server.OnInterrupted();
        }
    }

    /// <summary>
    /// Runs all workers until each has stopped; see <see cref="Server.RunAsync"/>. Calls <paramref name="failed"/> as soon as
    /// one fails, while the others are running.
    /// </summary>
    public Task RunAsync(Action<Exception> failed, CancellationToken stop, CancellationToken deadline) =>
        Task.WhenAll(_servers.Select(server => Task.Run(() => server.RunAsync(failed, stop, deadline), CancellationToken.None)));
}
