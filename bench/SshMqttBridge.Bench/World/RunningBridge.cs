using System.Diagnostics;
using SshMqttBridge.Tests;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Bench.World;

/// <summary>
/// The native program in a separate process, with its own journal and files. Only the measured clients are subscribed to its
/// topics while it is measured.
/// </summary>
internal sealed class RunningBridge : IAsyncDisposable
{
    // BENCH_PROGRAM names another build to measure.
    private static readonly string Program = Environment.GetEnvironmentVariable("BENCH_PROGRAM") ?? BridgeProgram.Path;

    private readonly TemporaryFolder _folder = new();
    private readonly int _brokerPort;
    private readonly string _baseTopic;
    private ChildProcess _process = null!;

    private RunningBridge(int brokerPort, string baseTopic)
    {
        _brokerPort = brokerPort;
        _baseTopic = baseTopic;
    }

    public int Id => _process.Id;

    public string Log => _process.Output;

    /// <summary>The time from the start of the process to <c>online</c>.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>When the process was started, as a timestamp of <see cref="Stopwatch"/>.</summary>
    public long StartedAt { get; private set; }

    /// <summary>Returns when the bridge is online; its servers may still be connecting.</summary>
    public static async Task<RunningBridge> StartAsync(BridgeYaml yaml, int brokerPort, string baseTopic = "ssh")
    {
        RunningBridge bridge = new(brokerPort, baseTopic);
        try
        {
            bridge._folder.Write("bridge.yaml", yaml.ToString());
            Directory.CreateDirectory(bridge._folder["files"]);
            await using var watch = await TopicWatch.StartAsync(brokerPort, $"{baseTopic}/bridge/state", "online");
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

    /// <summary>Waits until that many servers are connected, those of all bridges on the base topic.</summary>
    /// <returns>How long that took from the start of the process.</returns>
    public async Task<TimeSpan> WaitForServersAsync(int count)
    {
        await using var watch = await TopicWatch.StartAsync(_brokerPort, $"{_baseTopic}/+/connection", "online");
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
            throw new InvalidOperationException($"The bridge has exited: {Log}");
        }
    }
}
