using System.Diagnostics;
using SshMqttBridge.Tests;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Bench.World;

/// <summary>
/// The real program, as built, in a process of its own with its journal and its files. Nobody but its clients looks at its
/// topics while it is measured.
/// </summary>
internal sealed class RunningBridge : IAsyncDisposable
{
    // As it is installed. Another build is measured by naming it here.
    private static readonly string Program = Environment.GetEnvironmentVariable("BENCH_PROGRAM") ?? BridgeProgram.Path;

    private readonly TemporaryFolder _folder = new();
    private readonly int _brokerPort;
    private ChildProcess _process = null!;

    private RunningBridge(int brokerPort) => _brokerPort = brokerPort;

    public int Id => _process.Id;

    public string Log => _process.Output;

    /// <summary>From the start of the process to the message that it is online.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>When the process was started, as <see cref="Stopwatch"/> counts.</summary>
    public long StartedAt { get; private set; }

    /// <summary>Returns when the bridge has told that it is online; its servers may still be connecting.</summary>
    public static async Task<RunningBridge> StartAsync(BridgeYaml yaml, int brokerPort)
    {
        RunningBridge bridge = new(brokerPort);
        try
        {
            bridge._folder.Write("bridge.yaml", yaml.ToString());
            Directory.CreateDirectory(bridge._folder["files"]);
            await using var watch = await TopicWatch.StartAsync(brokerPort, "ssh/bridge/state", "online");
            bridge.StartedAt = Stopwatch.GetTimestamp();
            bridge._process = await ChildProcess.StartAsync(Program, ["run", "--config", bridge._folder["bridge.yaml"]]);
            await watch.WaitAsync(1, () => bridge.ThrowIfEnded());
            bridge.StartTime = Stopwatch.GetElapsedTime(bridge.StartedAt);
            return bridge;
        }
        catch
        {
            await bridge.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until so many servers are connected.</summary>
    /// <returns>How long that took from the start of the process.</returns>
    public async Task<TimeSpan> WaitForServersAsync(int count)
    {
        await using var watch = await TopicWatch.StartAsync(_brokerPort, "ssh/+/connection", "online");
        await watch.WaitAsync(count, ThrowIfEnded);
        return Stopwatch.GetElapsedTime(StartedAt);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private void ThrowIfEnded()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The bridge has ended: {Log}");
        }
    }
}
