namespace SshMqttBridge.Tests.Unit.Transfers;

/// <summary>A clock that stands still until it is moved, and then runs the timers that are due, on the mover's thread.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on in steps of no more than a second, so that what one timer starts another can meet.</summary>
    public void Advance(TimeSpan by)
    {
        for (var end = _now + by; _now < end; )
        {
            _now += TimeSpan.FromMilliseconds(Math.Min(1000, (end - _now).TotalMilliseconds));
            ManualTimer[] timers;
            lock (_lock)
            {
                timers = [.. _timers];
            }
            foreach (var timer in timers)
            {
                timer.RunIfDue();
            }
        }
    }

    private sealed class ManualTimer(ManualTime time, Action callback) : ITimer
    {
        private TimeSpan _due = TimeSpan.MaxValue;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                (_due, _period) = (dueTime < TimeSpan.Zero ? TimeSpan.MaxValue : time._now + dueTime, period);
                time._timers.Remove(this);
                time._timers.Add(this);
            }
            return true;
        }

        public void RunIfDue()
        {
            lock (time._lock)
            {
                if (time._now < _due || !time._timers.Contains(this))
                {
                    return;
                }
                _due = _period > TimeSpan.Zero ? time._now + _period : TimeSpan.MaxValue;
            }
            callback();
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
