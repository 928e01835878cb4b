using SshMqttBridge.Groups;

namespace SshMqttBridge.Tests.Unit.Groups;

/// <summary>One instance of a <see cref="SimulatedGroup"/>, with its link to the broker.</summary>
internal sealed class SimulatedInstance(string name, LeaseTimes times)
{
    private readonly Queue<(LeaseMessage Message, TimeSpan At)> _toBroker = new();
    private readonly Queue<(LeaseMessage Message, TimeSpan At)> _fromBroker = new();
    private BrokerElection _election = NewLife(name, times);
    private bool _isConnected;

    public string Name => name;

    /// <summary>Whether its process does not run. Its link holds what is sent to it.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Whether its link is down: everything on it is lost.</summary>
    public bool IsCut { get; private set; }

    public long Epoch => _election.Epoch;

    /// <summary>Whether it would send a command now.</summary>
    public bool IsActing(TimeSpan now) => !IsPaused && _election.IsLeader(now);

    public void Cut(bool isCut)
    {
        IsCut = isCut;
        Lose();
    }

    /// <summary>Kills it and starts it again.</summary>
    public void Restart()
    {
        _election = NewLife(name, times);
        Lose();
    }

    public void Release(TimeSpan now)
    {
        if (_election.Release(now) is { } message && _isConnected)
        {
            _toBroker.Enqueue((message, now));
        }
    }

    public void Run(TimeSpan now, long retainedEpoch, bool isBrokerRunning, Func<TimeSpan> delay)
    {
        if (IsPaused)
        {
            return;
        }

        if (!isBrokerRunning)
        {
            Lose();
        }

        if (!_isConnected && !IsCut && isBrokerRunning)
        {
            _isConnected = true;
            _election.Connected(retainedEpoch, now);
        }

        // What has waited while the process was paused is read before or after the next tick, as it happens.
        var ticksFirst = delay().Ticks / SimulatedGroup.Step.Ticks % 2 == 0;
        if (ticksFirst)
        {
            Tick(now, delay);
        }

        while (_fromBroker.TryPeek(out var next) && next.At <= now)
        {
            _election.Receive(_fromBroker.Dequeue().Message, now);
            Tick(now, delay);
        }

        Tick(now, delay);
    }

    /// <summary>The next message that has arrived at the broker; null: none.</summary>
    public LeaseMessage? TryTake(TimeSpan now) =>
        _toBroker.TryPeek(out var next) && next.At <= now ? _toBroker.Dequeue().Message : null;

    /// <summary>The broker sends a message, which arrives after those before it.</summary>
    public void Offer(LeaseMessage message, TimeSpan at)
    {
        if (_isConnected)
        {
            _fromBroker.Enqueue((message, _fromBroker.Count > 0 && _fromBroker.Last().At > at ? _fromBroker.Last().At : at));
        }
    }

    private static BrokerElection NewLife(string name, LeaseTimes times) =>
        new(new LeaseHolder(name, Guid.NewGuid().ToString("N")), times);

    private void Tick(TimeSpan now, Func<TimeSpan> delay)
    {
        if (_election.Tick(now) is { } message && _isConnected)
        {
            var at = now + delay();
            _toBroker.Enqueue((message, _toBroker.Count > 0 && _toBroker.Last().At > at ? _toBroker.Last().At : at));
        }
    }

    /// <summary>Its connection ends, and is opened again.</summary>
    public void Disconnect() => Lose();

    private void Lose()
    {
        _isConnected = false;
        _toBroker.Clear();
        _fromBroker.Clear();
        _election.Disconnected();
    }
}
