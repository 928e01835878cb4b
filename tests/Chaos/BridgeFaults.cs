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

    private const int LossesBeforeARestart = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly LinkFaults _link = new(world.BrokerLink, "broker link", log);
    private readonly List<double> _brokerKills = [];
    private readonly List<string> _badExits = [];
    private int _lossesOfThisLife;

    public int Count { get; private set; }

    /// <summary>When the broker ended, and lost what it had acknowledged but not yet delivered.</summary>
    public IReadOnlyList<double> BrokerEnds => _brokerKills;

    /// <summary>Errors found after SIGTERM: exit status and duration.</summary>
    public IReadOnlyList<string> BadExits => _badExits;

    /// <param name="mayEndBridge">False in the last part of the run, which the bridge must survive without a restart.</param>
    /// <param name="stop">When to stop; all faults have been removed by then.</param>
    public async Task RunAsync(Func<bool> mayEndBridge, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(random.Seconds(0.5, 6), stop);
                Count++;
                var choice = random.Next(100);
                if (_lossesOfThisLife >= LossesBeforeARestart && mayEndBridge())
                {
                    // A third one in a row would look like a takeover, and the bridge would wait a minute.
                    choice = random.Next(62, 100);
                }

                if (choice < 14)
                {
                    // Slow is not lossy.
                    await _link.InjectAsync(
                        choice < 7 ? new LinkFault.Delay(random.Seconds(0.005, 0.1)) : new LinkFault.Slice(random.Next(1, 30)),
                        random.Seconds(1, 4),
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
            // The run is over.
        }
    }

    private Task StepAsync(int choice, bool mayEndBridge, CancellationToken stop)
    {
        _lossesOfThisLife = choice >= 62 && mayEndBridge ? 0 : _lossesOfThisLife + 1;
        return choice switch
        {
            < 20 => _link.CutAsync(),
            < 26 => _link.InjectAsync(new LinkFault.Stall(), random.Seconds(0.5, 8), stop),
            < 33 => _link.InjectAsync(new LinkFault.Stall(), random.Seconds(0.3, 3), stop, isCut: true),
            < 40 => _link.InjectAsync(new LinkFault.ResetAfter(random.Next(1, 60_000)), random.Seconds(0.5, 3), stop),
            < 47 => _link.InjectAsync(new LinkFault.FlipBit(random.Next(100, 60_000)), random.Seconds(0.5, 3), stop),
            < 57 => BrokerAsync(isKilled: true, stop),
            < 62 => BrokerAsync(isKilled: false, stop),
            < 90 when mayEndBridge => KillBridgeAsync(stop),
            _ when mayEndBridge => StopBridgeAsync(stop),
            _ => _link.CutAsync(),
        };
    }

    /// <summary>The bridge reconnects only after the publisher has, or nobody would receive its results.</summary>
    private async Task BrokerAsync(bool isKilled, CancellationToken stop)
    {
        Note(isKilled ? "broker: kill -9" : "broker: stop");
        await (isKilled ? world.Broker.KillAsync() : world.Broker.StopAsync());
        _brokerKills.Add(clock.Now);
        world.BrokerLink.Fault = new LinkFault.Refuse();
        await Pause.ForAsync(random.Seconds(0, 2), stop);
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
        await Pause.ForAsync(random.Seconds(0, 2), stop);
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
            _badExits.Add($"exit status {status} after {time.TotalSeconds:0.0} s");
        }

        await Pause.ForAsync(random.Seconds(0, 2), stop);
        await world.StartBridgeAsync();
        Note("bridge started");
    }

    /// <summary>Random moments are seldom the worst ones.</summary>
    private async Task WhileATransferRunsAsync(CancellationToken stop)
    {
        RunClock waited = new();
        while (waited.Now < LongestWait && !world.HasTemporaryFiles && !stop.IsCancellationRequested)
        {
            await Pause.ForAsync(TimeSpan.FromMilliseconds(2), stop);
        }
    }

    private void Note(string what) => log.Write("fault", what);
}
