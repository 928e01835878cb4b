using System.Diagnostics;
using SshMqttBridge.Tests;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Chaos.Groups;

/// <summary>One instance of the group: the real program with its own folders, key, and links to all peers.</summary>
internal sealed class GroupMember : IAsyncDisposable
{
    /// <summary>Names, in a command's environment, the instance that sent it: sshd sets it for the key.</summary>
    public const string SenderVariable = "CHAOS_BY";

    private readonly TemporaryFolder _folder = new();
    private string _oldLogs = "";
    private ChildProcess? _process;

    public GroupMember(int number, int brokerPort, RunClock clock, int seed)
    {
        Name = $"pi-{number}";
        BrokerLink = new FaultProxy(brokerPort, seed);
        Clock = new BridgeClock(_folder.Write("clock", "+0"), clock, maySet: number == 0);
        Disturbances = new Disturbances(clock);
        Directory.CreateDirectory(_folder["files"]);
    }

    public string Name { get; }

    public FaultProxy BrokerLink { get; }

    /// <summary>The links to the servers, in their order.</summary>
    public IReadOnlyList<FaultProxy> ServerLinks { get; private set; } = [];

    public BridgeClock Clock { get; }

    /// <summary>When it could not stop what runs on a server: it was stopped itself, or had no link to the servers.</summary>
    public Disturbances Disturbances { get; }

    public string Key => _folder["key"];

    /// <summary>How often the program was started.</summary>
    public int Lives { get; private set; }

    /// <summary>Everything that it logged.</summary>
    public string Log => _oldLogs + _process?.Output;

    private ChildProcess Process => _process ?? throw new InvalidOperationException($"{Name} is not running");

    /// <summary>Writes its configuration. Call it once, before the first start.</summary>
    public void Configure(IReadOnlyList<ServerSite> servers, TimeSpan takeover, string library, int seed)
    {
        ServerLinks = [.. servers.Select(server => new FaultProxy(server.Sshd.Port, seed + server.Number))];
        BridgeYaml yaml = new(BrokerLink.Port);
        yaml.Top("shutdownTimeout: 3", $"group: {{instance: {Name}, takeover: {takeover.TotalSeconds}}}").Mqtt("keepAlive: 5");
        foreach (var server in servers)
        {
            yaml.Server(
                server.Id,
                server.Sshd,
                $"port: {ServerLinks[server.Number].Port}",
                $"privateKeyFile: {Key}",
                "keepAlive: 2",
                "keepAliveCount: 2",
                "connectTimeout: 4",
                $"sshLibrary: {library}"
            );
        }

        _folder.Write("bridge.yaml", yaml.ToString());
    }

    /// <summary>Starts it and waits for nothing.</summary>
    public async Task StartAsync()
    {
        _process = await BridgeProgram.StartInAsync(Clock.Wrapper, "run", "--config", _folder["bridge.yaml"]);
        Lives++;
    }

    public void Signal(int signal) => Process.Signal(signal);

    /// <summary>Kills it with -9.</summary>
    public async Task KillAsync()
    {
        Signal(ChildProcess.Kill);
        await Process.WaitForExitAsync();
        await ForgetAsync();
    }

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    /// <returns>What was wrong with its end; null: nothing.</returns>
    public async Task<string?> StopAsync()
    {
        var start = Stopwatch.GetTimestamp();
        Signal(ChildProcess.Terminate);
        await Process.WaitForExitAsync();
        var (status, time) = (Process.ExitCode, Stopwatch.GetElapsedTime(start));
        await ForgetAsync();
        return status == 0 && time < World.ShutdownLimit ? null : $"{Name}: exit status {status} after {time.TotalSeconds:0.0} s";
    }

    public async ValueTask DisposeAsync()
    {
        await ForgetAsync();
        foreach (var link in ServerLinks)
        {
            await link.DisposeAsync();
        }

        await BrokerLink.DisposeAsync();
        _folder.Dispose();
    }

    private async Task ForgetAsync()
    {
        if (_process is { } process)
        {
            await process.DisposeAsync();
            _oldLogs += process.Output + "\n";
            _process = null;
        }
    }
}
