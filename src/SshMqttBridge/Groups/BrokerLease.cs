using System.Threading.Channels;
using SshMqttBridge.Common;

namespace SshMqttBridge.Groups;

/// <summary>A lease by messages through the broker: runs a <see cref="BrokerElection"/> over a <see cref="GroupLink"/>.</summary>
internal sealed class BrokerLease : ILease
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly GroupLink _link;
    private readonly Leadership _leadership;
    private readonly BrokerElection _election;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();

    // Holds at most one signal: the next tick may be due sooner.
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    public BrokerLease(GroupLink link, Leadership leadership, BrokerElection election, TimeProvider time)
    {
        _link = link;
        _leadership = leadership;
        _election = election;
        _time = time;
        link.Connected = epoch => Update(() => _election.Connected(epoch, leadership.Now));
        link.Disconnected = () => Update(_election.Disconnected);
        link.LeaseReceived = message => Update(() => _election.Receive(message, leadership.Now));
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await WaitAsync(Tick(), stop);
        }

        LeaseMessage? release;
        lock (_gate)
        {
            release = _election.Release(_leadership.Now);
            _leadership.Lose();
        }

        if (release is not null)
        {
            _link.Send(release);
        }
    }

    /// <returns>How long to wait before the next tick.</returns>
    private TimeSpan Tick()
    {
        LeaseMessage? message;
        TimeSpan wait;
        bool isDeaf;
        lock (_gate)
        {
            var now = _leadership.Now;
            isDeaf = _election.IsDeaf(now);
            message = isDeaf ? null : _election.Tick(now);
            wait = _election.WaitAfter(now);
            Report();
        }

        if (isDeaf)
        {
            _link.Reset();
        }

        if (message is not null)
        {
            _link.Send(message);
        }

        return wait;
    }

    private void Update(Action update)
    {
        lock (_gate)
        {
            update();
            Report();
        }

        _changes.Writer.TryWrite(true);
    }

    private void Report()
    {
        if (_election.IsLeader(_leadership.Now))
        {
            _leadership.Hold(_election.Epoch, _election.ValidUntil);
        }
        else
        {
            _leadership.Lose();
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken stop)
    {
        using Deadline deadline = new(TimerTime.RoundUp(wait > ShortestWait ? wait : ShortestWait), _time, stop);
        try
        {
            await _changes.Reader.ReadAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // The next tick is due, or the bridge is shutting down.
        }
    }
}
