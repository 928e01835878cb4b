using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Chaos;

/// <summary>
/// Injects faults into the broker, the link to it and the bridge itself, one after the other, chosen from a seed.
/// </summary>
internal sealed class BridgeFaults(
    World world,
    Publisher publisher,
    Disturbances disturbances,
    RunClock clock,
    EventLog log,
    Random random
)
{
    private const double LongestWait = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly List<double> _brokerKills = [];
    private readonly List<string> _badEnds = [];

    public int Count { get; private set; }

    /// <summary>When the broker ended, and lost what it had acknowledged but not yet delivered.</summary>
    public IReadOnlyList<double> BrokerEnds => _brokerKills;

    /// <summary>Errors found after SIGTERM: exit status and duration.</summary>
    public IReadOnlyList<string> BadEnds => _badEnds;

    /// <param name="mayEndBridge">False in the last part of the run, which the bridge must survive without a restart.</param>
    /// <param name="stop">When to stop; all faults have been removed by then.</param>
    public async Task RunAsync(Func<bool> mayEndBridge, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Seconds(0.5, 6), stop);
                Count++;
                var choice = random.Next(100);
                if (choice < 14)
                {
                    // Slow is not lossy.
                    await LinkAsync(
                        choice < 7 ? new LinkFault.Delay(Seconds(0.005, 0.1)) : new LinkFault.Slice(random.Next(1, 30)),
                        Seconds(1, 4),
                        stop
                    );
                    continue;
                }

                using (disturbances.Begin())
                {
                    await StepAsync(choice, mayEndBridge(), stop);
                    await publisher.BridgeAnswersAsync(Patience, CancellationToken.None);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Enough.
        }
    }

    private Task StepAsync(int choice, bool mayEndBridge, CancellationToken stop) =>
        choice switch
        {
            < 20 => CutAsync(),
            < 26 => LinkAsync(new LinkFault.Stall(), Seconds(0.5, 8), stop),
            < 33 => LinkAsync(new LinkFault.Stall(), Seconds(0.3, 3), stop, isCut: true),
            < 40 => LinkAsync(new LinkFault.ResetAfter(random.Next(1, 60_000)), Seconds(0.5, 3), stop),
            < 47 => LinkAsync(new LinkFault.FlipBit(random.Next(100, 60_000)), Seconds(0.5, 3), stop),
            < 57 => BrokerAsync(isKilled: true, stop),
            < 62 => BrokerAsync(isKilled: false, stop),
            < 90 when mayEndBridge => KillBridgeAsync(stop),
            _ when mayEndBridge => StopBridgeAsync(stop),
            _ => CutAsync(),
        };

    private Task CutAsync()
    {
        Note("broker link cut");
        world.BrokerLink.Cut();
        return Task.CompletedTask;
    }

    private async Task LinkAsync(LinkFault fault, TimeSpan length, CancellationToken stop, bool isCut = false)
    {
        Note($"broker link: {fault} for {length.TotalSeconds:0.0} s");
        world.BrokerLink.Fault = fault;
        await PauseAsync(length, stop);
        if (isCut)
        {
            // What was under way is gone.
            world.BrokerLink.Cut();
        }

        world.BrokerLink.Fault = new LinkFault.None();
        Note("broker link mended");
    }

    /// <summary>The bridge reconnects only after the publisher has, or nobody would receive its results.</summary>
    private async Task BrokerAsync(bool isKilled, CancellationToken stop)
    {
        Note(isKilled ? "broker: kill -9" : "broker: stop");
        await (isKilled ? world.Broker.KillAsync() : world.Broker.StopAsync());
        _brokerKills.Add(clock.Now);
        world.BrokerLink.Fault = new LinkFault.Refuse();
        await PauseAsync(Seconds(0, 2), stop);
        await world.Broker.StartAsync();
        await publisher.ConnectAsync();
        world.BrokerLink.Fault = new LinkFault.None();
        Note("broker started");
    }

    private async Task KillBridgeAsync(CancellationToken stop)
    {
        if (random.Next(2) == 0)
        {
            await WhileATransferRunsAsync(stop);
        }

        Note("bridge: kill -9");
        await world.KillBridgeAsync();
        await PauseAsync(Seconds(0, 2), stop);
        await world.StartBridgeAsync();
        Note("bridge started");
    }

    private async Task StopBridgeAsync(CancellationToken stop)
    {
        Note("bridge: SIGTERM");
        (var status, var time) = await world.StopBridgeAsync();
        Note($"bridge ended with {status} after {time.TotalSeconds:0.0} s");
        if (status != 0 || time > World.ShutdownLimit)
        {
            _badEnds.Add($"exit status {status} after {time.TotalSeconds:0.0} s");
        }

        await PauseAsync(Seconds(0, 2), stop);
        await world.StartBridgeAsync();
        Note("bridge started");
    }

    /// <summary>Random moments are seldom the worst ones.</summary>
    private async Task WhileATransferRunsAsync(CancellationToken stop)
    {
        RunClock waited = new();
        while (waited.Now < LongestWait && !world.HasTemporaryFiles && !stop.IsCancellationRequested)
        {
            await PauseAsync(TimeSpan.FromMilliseconds(2), stop);
        }
    }

    /// <summary>Returns early instead of throwing: the caller must still remove the fault.</summary>
    private static async Task PauseAsync(TimeSpan length, CancellationToken stop) =>
        await Task.Delay(length, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Note(string what) => log.Write("fault", what);

    private TimeSpan Seconds(double from, double to) => TimeSpan.FromSeconds(from + random.NextDouble() * (to - from));
}
