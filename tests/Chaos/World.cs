using System.Diagnostics;
using SshMqttBridge.Tests;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Chaos;

/// <summary>
/// One private broker, some private SSH servers and the real bridge between them, all on this machine and all removed at the end.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    /// <summary>How long the bridge may take to exit: <c>shutdownTimeout</c> and the documented extra time.</summary>
    public static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(15);

    private readonly TemporaryFolder _folder = new();
    private readonly List<ServerSite> _servers = [];
    private readonly Dictionary<int, int> _keepAlives = [];
    private readonly WorldOptions _options;
    private string _oldLogs = "";
    private ChildProcess? _bridge;

    private World(WorldOptions options)
    {
        _options = options;
        BridgeClock = new BridgeClock(_folder.Write("clock", "+0"), options.Clock, options.MaySetClock);
    }

    public IReadOnlyList<ServerSite> Servers => _servers;

    public MosquittoBroker Broker { get; private set; } = null!;

    /// <summary>
    /// The links between the bridge and its broker, each a host of its configuration, as the nodes of a cluster are; with TLS, so
    /// that a changed bit is noticed as everywhere else on the way.
    /// </summary>
    public IReadOnlyList<FaultProxy> BrokerLinks { get; private set; } = [];

    /// <summary>What the bridge knows of the time of day.</summary>
    public BridgeClock BridgeClock { get; }

    /// <summary>Where others reach the broker: without TLS and without faults.</summary>
    public int PlainPort { get; } = FreePort.Find();

    public string FilesFolder => _folder["files"];

    public string JournalFile => _folder["state/journal.db"];

    /// <summary>What signs in to the web console.</summary>
    public string ConsoleToken => File.ReadAllText(_folder["state/web-console-token"]).Trim();

    public ChildProcess Bridge => _bridge ?? throw new InvalidOperationException("the bridge is not running");

    public bool IsBridgeRunning => _bridge is { HasExited: false };

    /// <summary>How often the program was started.</summary>
    public int Lives { get; private set; }

    /// <summary>Whether a transfer is in progress, judged by its files.</summary>
    public bool HasTemporaryFiles =>
        _servers
            .Select(server => server.Folder)
            .Append(Path.Combine(FilesFolder, "got"))
            .Any(folder => Directory.EnumerateFiles(folder, ".*.part").Any());

    /// <summary>Everything that the bridge logged.</summary>
    public string BridgeLog => _oldLogs + _bridge?.Output;

    /// <summary>Moves the state directory away from under the bridge.</summary>
    public void HideState() => Directory.Move(_folder["state"], _folder["away"]);

    public void ShowState() => Directory.Move(_folder["away"], _folder["state"]);

    /// <summary>Starts all but the bridge.</summary>
    public static async Task<World> CreateAsync(WorldOptions options)
    {
        World world = new(options);
        try
        {
            // The bridge acknowledges at once, the proxy's kernel does not: without the option each command would take 40 ms
            // longer than it does.
            world.Broker = await MosquittoBroker.StartNewAsync(
                new MosquittoBrokerOptions { Tls = true, Extra = $"set_tcp_nodelay true\nlistener {world.PlainPort} 127.0.0.1" }
            );
            world.BrokerLinks =
            [
                new FaultProxy(world.Broker.Port, options.Seed),
                new FaultProxy(world.Broker.Port, options.Seed + 1),
            ];
            for (var number = 0; number < options.Servers; number++)
            {
                world._servers.Add(await ServerSite.StartAsync(number, options.Seed));
            }

            Directory.CreateDirectory(Path.Combine(world.FilesFolder, "put"));
            Directory.CreateDirectory(Path.Combine(world.FilesFolder, "got"));
            world._folder.Write("bridge.yaml", world.Configuration());
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the bridge and waits for nothing.</summary>
    public async Task StartBridgeAsync()
    {
        _bridge = await BridgeProgram.StartInAsync(BridgeClock.Wrapper, "run", "--config", _folder["bridge.yaml"]);
        Lives++;
    }

    /// <summary>Lets the bridge reload its configuration, in which one server is to connect again.</summary>
    /// <param name="server">The server's number.</param>
    /// <param name="keepAlive">In seconds; another one needs another connection.</param>
    public void ReloadBridge(int server, int keepAlive)
    {
        _keepAlives[server] = keepAlive;
        _folder.Write("bridge.yaml", Configuration());
        Bridge.Signal(ChildProcess.HangUp);
    }

    /// <summary>Kills the bridge with -9.</summary>
    public async Task KillBridgeAsync()
    {
        Bridge.Signal(ChildProcess.Kill);
        await Bridge.WaitForExitAsync();
        await ForgetBridgeAsync();
    }

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    /// <returns>The exit status, and how long it took.</returns>
    public async Task<(int Status, TimeSpan Time)> StopBridgeAsync()
    {
        var start = Stopwatch.GetTimestamp();
        Bridge.Signal(ChildProcess.Terminate);
        await Bridge.WaitForExitAsync();
        (int, TimeSpan) end = (Bridge.ExitCode, Stopwatch.GetElapsedTime(start));
        await ForgetBridgeAsync();
        return end;
    }

    public async ValueTask DisposeAsync()
    {
        await ForgetBridgeAsync();
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        foreach (var link in BrokerLinks)
        {
            await link.DisposeAsync();
        }

        if (Broker is { } broker)
        {
            await broker.DisposeAsync();
        }

        _folder.Dispose();
    }

    private string Configuration()
    {
        BridgeYaml yaml = new(Broker.Port);
        yaml.Mqtt("host:", $"hosts: [{string.Join(", ", BrokerLinks.Select(link => $"'127.0.0.1:{link.Port}'"))}]")
            .Mqtt($"tls: {{enabled: true, caFile: \"{Broker.AuthorityFile}\"}}")
            .Mqtt(_options.MqttSettings)
            .Top(_options.TopSettings);
        foreach (var server in _servers)
        {
            var own = _options.ServerSettings[server.Number % _options.ServerSettings.Count];
            yaml.Server(server.Id, server.Sshd, [.. _options.Defaults, .. own, $"port: {server.Link.Port}"]);
            if (_keepAlives.TryGetValue(server.Number, out var seconds))
            {
                yaml.Server(server.Id, $"keepAlive: {seconds}");
            }
        }

        return yaml.ToString();
    }

    private async Task ForgetBridgeAsync()
    {
        if (_bridge is { } bridge)
        {
            await bridge.DisposeAsync();
            _oldLogs += bridge.Output + "\n";
            _bridge = null;
        }
    }
}
