using System.Globalization;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

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

    /// <summary>Of the bridge's clock, in seconds.</summary>
    private const double LargestOffset = 240;

    private const int LossesBeforeARestart = 2;

    /// <summary>From this choice on the bridge is ended, from the second on it is disturbed without that.</summary>
    private const int FirstEnd = 60;
    private const int FirstSurvivor = 88;

    /// <summary>From its continuation until the bridge has a new connection, on a machine with other work.</summary>
    private static readonly TimeSpan ReconnectTime = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly LinkFaults _link = new(world.BrokerLinks, "broker links", log);
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
                    choice = random.Next(FirstEnd, FirstSurvivor);
                }

                if (choice < 4)
                {
                    // No disturbance: it must lose nothing.
                    Reload();
                    continue;
                }

                if (choice < 14)
                {
                    // Slow is not lossy.
                    await _link.InjectAsync(
                        choice < 9 ? new LinkFault.Delay(random.Seconds(0.005, 0.1)) : new LinkFault.Slice(random.Next(1, 30)),
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
        _lossesOfThisLife = choice is >= FirstEnd and < FirstSurvivor && mayEndBridge ? 0 : _lossesOfThisLife + 1;
        return choice switch
        {
            < 19 => _link.CutAsync(),
            < 24 => _link.InjectAsync(new LinkFault.Stall(), random.Seconds(0.5, 8), stop),
            < 30 => _link.InjectAsync(new LinkFault.Stall(), random.Seconds(0.3, 3), stop, isCut: true),
            < 36 => _link.InjectAsync(new LinkFault.ResetAfter(random.Next(1, 60_000)), random.Seconds(0.5, 3), stop),
            < 42 => _link.InjectAsync(new LinkFault.FlipBit(random.Next(100, 60_000)), random.Seconds(0.5, 3), stop),
            < 50 => BrokerAsync(isKilled: true, stop),
            < 52 => BrokerAsync(isKilled: false, stop),
            < 55 => TurnHostsAsync(stop),
            < FirstEnd => PauseBrokerAsync(stop),
            < 82 when mayEndBridge => KillBridgeAsync(stop),
            < FirstSurvivor when mayEndBridge => StopBridgeAsync(stop),
            < FirstSurvivor => _link.CutAsync(),
            < 94 => PauseBridgeAsync(stop),
            < 97 => MoveStateAsync(stop),
            _ when !world.BridgeClock.IsSettable => _link.CutAsync(),
            _ => SetClockAsync(),
        };
    }

    /// <summary>The bridge reconnects only after the publisher has, or nobody would receive its results.</summary>
    private async Task BrokerAsync(bool isKilled, CancellationToken stop)
    {
        Note(isKilled ? "broker: kill -9" : "broker: stop");
        await (isKilled ? world.Broker.KillAsync() : world.Broker.StopAsync());
        _brokerKills.Add(clock.Now);
        _link.Set(new LinkFault.Refuse());
        await Pause.ForAsync(random.Seconds(0, 2), stop);
        await world.Broker.StartAsync();
        await publisher.ConnectAsync();
        _link.Set(new LinkFault.None());
        Note("broker started");
    }

    /// <summary>A broker that hangs, shorter or longer than the keep-alive allows.</summary>
    private async Task PauseBrokerAsync(CancellationToken stop)
    {
        var length = random.Seconds(0.5, 10);
        Note($"broker: SIGSTOP for {length.TotalSeconds:0.0} s");
        world.Broker.Pause();
        await Pause.ForAsync(length, stop);
        world.Broker.Resume();
        Note("broker: SIGCONT");
    }

    /// <summary>As a machine that is suspended, shorter or longer than the keep-alive allows.</summary>
    private async Task PauseBridgeAsync(CancellationToken stop)
    {
        var length = random.Seconds(0.5, 12);
        Note($"bridge: SIGSTOP for {length.TotalSeconds:0.0} s");
        world.Bridge.Signal(ChildProcess.Stop);
        await Pause.ForAsync(length, stop);
        world.Bridge.Signal(ChildProcess.Continue);
        Note("bridge: SIGCONT");
        // The bridge answers, and reconnects soon afterwards if it detected the interruption.
        await Pause.ForAsync(ReconnectTime, stop);
    }

    /// <summary>
    /// The brokers of a cluster are down in turns; the last one that is down is the second, so that the first is used again.
    /// </summary>
    private async Task TurnHostsAsync(CancellationToken stop)
    {
        var (first, second) = (world.BrokerLinks[0], world.BrokerLinks[1]);
        first.Fault = new LinkFault.Refuse();
        Note("first host: down");
        await Pause.ForAsync(random.Seconds(0.5, 4), stop);
        first.Fault = new LinkFault.None();
        second.Fault = new LinkFault.Refuse();
        Note("first host: up, second one: down");
        await Pause.ForAsync(random.Seconds(0.5, 4), stop);
        second.Fault = new LinkFault.None();
        Note("second host: up");
    }

    /// <summary>Less than the time for which the bridge knows the ids of commands, by which it detects duplicates.</summary>
    private Task SetClockAsync()
    {
        var offset = random.Seconds(-LargestOffset, LargestOffset).TotalSeconds;
        Note(string.Create(CultureInfo.InvariantCulture, $"bridge: its clock is set to {offset:+0;-0} s"));
        world.BridgeClock.Set(offset);
        return Task.CompletedTask;
    }

    private void Reload()
    {
        var (server, keepAlive) = (random.Next(world.Servers.Count), random.Next(2, 5));
        Note($"bridge: reload, keepAlive {keepAlive} for server {server}");
        world.ReloadBridge(server, keepAlive);
    }

    private async Task MoveStateAsync(CancellationToken stop)
    {
        Note("state directory: gone");
        world.HideState();
        await Pause.ForAsync(random.Seconds(0.2, 4), stop);
        world.ShowState();
        Note("state directory: back");
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
