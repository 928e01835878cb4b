namespace SshMqttBridge.Tests.Unit.Actions;

/// <summary>
/// A monotonic clock and one on the wall that only a test moves, for code that waits for one timer at a time. After each timer that fires, the test waits until the next one is set:
/// then the code under test has done what it was to do.
/// </summary>
internal sealed class SchedulerClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private TimeSpan _elapsed;
    private TimeSpan _jumps;
    private TaskCompletionSource _isSet = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The wall's clock at the start.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    public override TimeZoneInfo LocalTimeZone => Zone;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _elapsed.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return Now + _elapsed + _jumps;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets the wall's clock, as somebody may, and a sleeping machine does.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_gate)
        {
            _jumps += by;
        }
    }

    /// <summary>Completes when a timer is set, now or since <see cref="Forget"/>.</summary>
    public Task WaitsAsync()
    {
        lock (_gate)
        {
            return _isSet.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>From here on <see cref="WaitsAsync"/> waits for another timer.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _isSet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Advance(TimeSpan by)
    {
        lock (_gate)
        {
            _elapsed += by;
        }
    }

    public async Task PassAsync(TimeSpan time)
    {
        var end = _elapsed + time;
        while (true)
        {
            Timer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                _elapsed =
                    next is null ? end
                    : next.Due > _elapsed ? next.Due
                    : _elapsed;
                if (next is null)
                {
                    return;
                }

                _timers.Remove(next);
                Forget();
            }

            next.Fire();
            await WaitsAsync();
        }
    }

    private sealed class Timer(SchedulerClock clock, Action callback) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime >= TimeSpan.Zero)
                {
                    Due = clock._elapsed + dueTime;
                    clock._timers.Add(this);
                    clock._isSet.TrySetResult();
                }

                return true;
            }
        }

        public void Fire() => callback();

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
