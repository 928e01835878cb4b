using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Servers;

/// <summary>All servers, each with its own queue, worker and connection. A reload adds and removes some. Thread-safe.</summary>
internal sealed class ServerSet
{
    private readonly ServerFactory _factory;
    private readonly Lock _gate = new();
    private readonly List<RunningServer> _running = [];
    private volatile IReadOnlyList<Server> _servers;
    private volatile IReadOnlyDictionary<string, Server> _byId;
    private Func<Server, RunningServer>? _run;
    private volatile bool _isActive;

    public ServerSet(IReadOnlyList<ServerOptions> options, ServerFactory factory, InterruptionMonitor interruptions)
    {
        _factory = factory;
        interruptions.Subscribe(_ => OnInterrupted());
        _servers = [.. options.Select(Create)];
        _byId = ById(_servers);
    }

    /// <summary>
    /// Raised on any thread after a server's connection, options or problem have changed. Handlers must be quick and not call back.
    /// </summary>
    public event EventHandler? Changed;

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<Server> All => _servers;

    /// <returns>Null if there is no server with that id.</returns>
    public Server? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Sets for all servers whether the bridge is active, that is, connected to its broker.</summary>
    public void SetActive(bool isActive)
    {
        _isActive = isActive;
        foreach (var server in _servers)
        {
            server.SetActive(isActive);
        }
    }

    /// <inheritdoc cref="Server.LoseLeaseAsync"/>
    public Task LoseLeaseAsync() => Task.WhenAll(_servers.Select(server => server.LoseLeaseAsync()));

    /// <summary>
    /// Runs all workers until each has stopped; see <see cref="Server.RunAsync"/>. Calls <paramref name="failed"/> as soon as
    /// one fails, while the others are running.
    /// </summary>
    public async Task RunAsync(Action<Exception> failed, CancellationToken stop, CancellationToken deadline)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        lock (_gate)
        {
            _run = server => RunningServer.Start(server, Fail, stop, deadline);
            _running.AddRange(_servers.Select(_run));
        }

        await end.Token.WhenCancelled();
        Task[] ending;
        lock (_gate)
        {
            _run = null;
            ending = [.. _running.Select(running => running.Ended)];
        }

        await Task.WhenAll(ending);

        void Fail(Exception exception)
        {
            failed(exception);
            end.Cancel();
        }
    }

    /// <summary>
    /// Takes over other options: starts the new servers, stops the removed ones, reconfigures those that have changed, and does not
    /// touch the others. Not for concurrent calls.
    /// </summary>
    /// <param name="options">All servers.</param>
    /// <param name="timeToEnd">How long the running commands of removed servers may continue.</param>
    /// <returns>Completes when the removed servers have ended.</returns>
    public Task ReloadAsync(IReadOnlyList<ServerOptions> options, TimeSpan timeToEnd)
    {
        List<Server> added = [];
        var before = _byId;
        List<Server> servers = [];
        foreach (var version in options)
        {
            if (before.GetValueOrDefault(version.Id) is not { } server)
            {
                server = Create(version);
                server.SetActive(_isActive);
                added.Add(server);
            }
            else if (server.Options != version)
            {
                server.Reconfigure(version);
            }

            servers.Add(server);
        }

        // Before they can be found: a server accepts commands only while it runs.
        Start(added);
        _byId = ById(servers);
        _servers = servers;
        // It may have changed since they were created.
        added.ForEach(server => server.SetActive(_isActive));
        Changed?.Invoke(this, EventArgs.Empty);
        return StopOthersAsync(servers, timeToEnd);
    }

    private Server Create(ServerOptions options) => _factory.Create(options, () => Changed?.Invoke(this, EventArgs.Empty));

    private void Start(List<Server> added)
    {
        lock (_gate)
        {
            // Null: the bridge is shutting down.
            if (_run is { } run)
            {
                _running.AddRange(added.Select(run));
            }
        }
    }

    private async Task StopOthersAsync(List<Server> kept, TimeSpan timeToEnd)
    {
        List<RunningServer> removed;
        lock (_gate)
        {
            removed = [.. _running.Where(running => !kept.Contains(running.Server))];
        }

        await Task.WhenAll(removed.Select(running => running.StopAsync(timeToEnd)));
        lock (_gate)
        {
            _running.RemoveAll(removed.Contains);
        }
    }

    private void OnInterrupted()
    {
        foreach (var server in _servers)
        {
            server.OnInterrupted();
        }
    }

    private static Dictionary<string, Server> ById(IEnumerable<Server> servers) =>
        servers.ToDictionary(server => server.Options.Id, StringComparer.Ordinal);
}
