using System.Globalization;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Chaos.Groups;

/// <summary>Injects faults into the broker, the instances and their links, one after the other, chosen from a seed.</summary>
internal sealed class GroupFaults(
    GroupWorld world,
    Publisher publisher,
    GroupSightings sightings,
    Takeovers takeovers,
    RunClock clock,
    EventLog log,
    Random random,
    TimeSpan takeover
)
{
    /// <summary>Of an instance's clock, in seconds.</summary>
    private const double LargestOffset = 240;

    /// <summary>How many of a hundred faults hit the leader for sure.</summary>
    private const int Leader = 65;

    /// <summary>After so many of a hundred the next fault waits until somebody leads; others may disturb that.</summary>
    private const int Patient = 85;

    /// <summary>In so many of a hundred cases an instance is killed while a broker that forgets everything is down.</summary>
    private const int AlsoKilled = 35;

    private const double LongestWait = 20;

    private readonly List<double> _brokerEnds = [];
    private readonly List<double> _forgotten = [];
    private readonly List<string> _badExits = [];

    public int Count { get; private set; }

    /// <summary>When the broker ended.</summary>
    public IReadOnlyList<double> BrokerEnds => _brokerEnds;

    /// <summary>When the broker lost its retained messages.</summary>
    public IReadOnlyList<double> Forgotten => _forgotten;

    /// <summary>When it did so for the last time.</summary>
    public double ForgottenAt { get; private set; } = double.NegativeInfinity;

    public IReadOnlyList<string> BadExits => _badExits;

    /// <param name="stop">When to stop; all faults have been removed by then.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(random.Seconds(0.2, 2.5), stop);
                Count++;
                await StepAsync(random.Next(100), Victim(), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>Ends all instances in order.</summary>
    public async Task StopAllAsync() => await Task.WhenAll(world.Members.Select(StopAsync));

    private GroupMember Victim()
    {
        var leader = world.Members.FirstOrDefault(member => member.Name == sightings.Leader?.Instance);
        return random.Next(100) < Leader && leader is not null ? leader : world.Members[random.Next(world.Members.Count)];
    }

    private Task StepAsync(int choice, GroupMember victim, CancellationToken stop) =>
        choice switch
        {
            < 22 => MeasuredAsync("kill -9", victim, true, () => KillAsync(victim, stop), stop),
            < 33 => MeasuredAsync(
                "SIGTERM (its last commands included)",
                victim,
                true,
                () => StopAndStartAsync(victim, stop),
                stop
            ),
            < 49 => PauseAsync(victim, random.Seconds(1, 10), stop),
            < 61 => CutBrokerAsync(victim, "cut", new LinkFault.Refuse(), false, stop),
            < 75 => CutBrokerAsync(victim, "silent cut", new LinkFault.Stall(), random.Next(2) == 0, stop),
            < 78 => new LinkFaults([victim.BrokerLink], $"{victim.Name} broker link", log).CutAsync(),
            < 86 => CutServersAsync(victim, stop),
            < 94 => BrokerAsync((BrokerEnd)random.Next(3), victim, stop),
            < 97 => StartAllAtOnceAsync(stop),
            _ => SetClockAsync(),
        };

    private async Task MeasuredAsync(string fault, GroupMember victim, bool mustCome, Func<Task> inject, CancellationToken stop)
    {
        var leader = sightings.Leader;
        var isMeasured = leader?.Instance == victim.Name && random.Next(100) < Patient;
        Note($"{victim.Name}{(leader?.Instance == victim.Name ? $" (leader {leader.Epoch})" : "")}: {fault}");
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var measuring = isMeasured ? takeovers.MeasureAsync(fault, leader!.Epoch, mustCome, end.Task, stop) : Task.CompletedTask;
        await inject();
        Note($"{victim.Name}: end of {fault}");
        end.SetResult();
        await measuring;
    }

    private async Task KillAsync(GroupMember victim, CancellationToken stop)
    {
        using var _ = victim.Disturbances.Begin();
        await victim.KillAsync();
        await Pause.ForAsync(random.Seconds(0, 3), stop);
        await victim.StartAsync();
    }

    private async Task StopAndStartAsync(GroupMember victim, CancellationToken stop)
    {
        await StopAsync(victim);
        await Pause.ForAsync(random.Seconds(0, 3), stop);
        await victim.StartAsync();
    }

    private Task PauseAsync(GroupMember victim, TimeSpan length, CancellationToken stop) =>
        MeasuredAsync(
            "SIGSTOP",
            victim,
            length > takeover,
            async () =>
            {
                using var _ = victim.Disturbances.Begin();
                victim.Signal(ChildProcess.Stop);
                await Pause.ForAsync(length, stop);
                victim.Signal(ChildProcess.Continue);
            },
            stop
        );

    private Task CutBrokerAsync(GroupMember victim, string name, LinkFault fault, bool isCut, CancellationToken stop)
    {
        LinkFaults link = new([victim.BrokerLink], $"{victim.Name} broker link", log);
        var length = random.Seconds(0.5, 10);
        return MeasuredAsync(name, victim, length > takeover, () => link.InjectAsync(fault, length, stop, isCut), stop);
    }

    /// <summary>
    /// What a silent link holds back is lost: it would reach a server after the end of the lease, and no server checks that.
    /// </summary>
    private async Task CutServersAsync(GroupMember victim, CancellationToken stop)
    {
        using var _ = victim.Disturbances.Begin();
        await new LinkFaults(victim.ServerLinks, $"{victim.Name} server links", log).InjectAsync(
            random.Next(2) == 0 ? new LinkFault.Refuse() : new LinkFault.Stall(),
            random.Seconds(0.5, 6),
            stop,
            isCut: true
        );
    }

    private async Task BrokerAsync(BrokerEnd how, GroupMember victim, CancellationToken stop)
    {
        Note($"broker: {how}");
        _brokerEnds.Add(clock.Now);
        await world.EndBrokerAsync(how);
        _brokerEnds.Add(clock.Now);
        if (how != BrokerEnd.Forgotten)
        {
            await Pause.ForAsync(random.Seconds(0, 4), stop);
            await world.StartBrokerAsync(publisher);
            Note("broker: started");
            return;
        }

        ForgottenAt = clock.Now;
        _forgotten.Add(ForgottenAt);
        sightings.Forget();
        if (random.Next(100) < AlsoKilled)
        {
            Note($"{victim.Name}: kill -9");
            using var _ = victim.Disturbances.Begin();
            await victim.KillAsync();
            await victim.StartAsync();
        }

        await Pause.ForAsync(random.Seconds(0, 4), stop);
        await world.StartBrokerAsync(publisher);
        Note("broker: started");
        await WhileTheEpochIsUnknownAsync(stop);
    }

    /// <summary>If all instances were killed now, the epochs would begin again: nothing would know the last one.</summary>
    private async Task WhileTheEpochIsUnknownAsync(CancellationToken stop)
    {
        RunClock waited = new();
        while (sightings.LeaderSeenAt < ForgottenAt && waited.Now < LongestWait && !stop.IsCancellationRequested)
        {
            await Pause.ForAsync(TimeSpan.FromMilliseconds(50), stop);
        }
    }

    private async Task StartAllAtOnceAsync(CancellationToken stop)
    {
        Note("all instances: kill -9");
        var length = random.Seconds(0, 2);
        var ends = world.Members.Select(member => member.Disturbances.Begin()).ToArray();
        await Task.WhenAll(world.Members.Select(member => member.KillAsync()));
        await Pause.ForAsync(length, stop);
        await Task.WhenAll(world.Members.Select(member => member.StartAsync()));
        foreach (var end in ends)
        {
            end.Dispose();
        }

        Note("all instances: started");
    }

    /// <summary>Less than the time for which the bridge knows the ids of commands, by which it detects duplicates.</summary>
    private Task SetClockAsync()
    {
        foreach (var member in world.Members.Where(member => member.Clock.IsSettable))
        {
            var offset = random.Seconds(-LargestOffset, LargestOffset).TotalSeconds;
            Note(string.Create(CultureInfo.InvariantCulture, $"{member.Name}: its clock is set to {offset:+0;-0} s"));
            member.Clock.Set(offset);
        }

        return Task.CompletedTask;
    }

    private async Task StopAsync(GroupMember member)
    {
        if (await member.StopAsync() is { } what)
        {
            Note(what);
            lock (_badExits)
            {
                _badExits.Add(what);
            }
        }
    }

    private void Note(string what) => log.Write("fault", what);
}
