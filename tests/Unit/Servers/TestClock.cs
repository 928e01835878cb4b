namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>A clock that stands still until it is moved. Timers fire on the mover's thread, in order; a test waits until the timer that it means is set.</summary>
internal sealed class TestClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private TimeSpan _now;
    private TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _now.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow() => Start + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        period.ShouldBe(Timeout.InfiniteTimeSpan);
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until a timer is set that fires so long from now.</summary>
    public async Task WaitForTimerAsync(TimeSpan dueIn) => await WaitForTimerAsync(left => left == dueIn);

    public async Task WaitForTimerAsync(Func<TimeSpan, bool> isMeant)
    {
        while (true)
        {
            Task set;
            lock (_gate)
            {
                if (_timers.Exists(timer => isMeant(timer.Due - _now)))
                {
                    return;
                }

                set = _set.Task;
            }

            await set.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>Waits for the timer, then moves the clock to it.</summary>
    public async Task PassAsync(TimeSpan dueIn)
    {
        await WaitForTimerAsync(dueIn);
        Advance(dueIn);
    }

    /// <summary>Passes such timers until the task has ended: for what is looked at again and again, how often depends on the machine.</summary>
    public async Task PassUntilAsync(Task end, TimeSpan dueIn)
    {
        while (true)
        {
            var timer = WaitForTimerAsync(dueIn);
            if (await Task.WhenAny(end, timer) == end)
            {
                return;
            }

            await timer;
            Advance(dueIn);
        }
    }

    public void Advance(TimeSpan by)
    {
        TimeSpan end;
        lock (_gate)
        {
            end = _now + by;
        }

        while (true)
        {
            Timer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                _now = next?.Due ?? end;
                if (next is null)
                {
                    return;
                }

                _timers.Remove(next);
            }

            next.Fire();
        }
    }

    private sealed class Timer(TestClock clock, Action callback) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            // As the system's timers do.
            dueTime.TotalMilliseconds.ShouldBeLessThanOrEqualTo(uint.MaxValue - 1);
            TaskCompletionSource set;
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime >= TimeSpan.Zero)
                {
                    Due = clock._now + dueTime;
                    clock._timers.Add(this);
                }

                set = clock._set;
                clock._set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            set.SetResult();
            return true;
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
