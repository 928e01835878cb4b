using Microsoft.Extensions.Time.Testing;

namespace SshMqttBridge.Tests.Unit;

/// <summary>
/// A <see cref="FakeTimeProvider"/> that shows which timers are set, so that a test can wait until the code under test waits.
/// </summary>
internal sealed class WatchedTimeProvider : FakeTimeProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<WatchedTimer> _set = [];
    private TaskCompletionSource _nextSet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _wallClockOffset;
    private TimeSpan _suspended;

    /// <summary>How long until the next timer fires; null if none is set.</summary>
    public TimeSpan? NextTimer
    {
        get
        {
            lock (_lock)
            {
                return _set.Count == 0 ? null : _set.Min(timer => timer.TimeLeft);
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _wallClockOffset;

    public override long GetTimestamp() => (base.GetUtcNow() + _suspended).Ticks;

    /// <summary>Advances the timestamps only: timers do not count while a machine is suspended.</summary>
    public void Suspend(TimeSpan time) => _suspended += time;

    /// <summary>
    /// Sets the wall clock, as a user or NTP does. <see cref="FakeTimeProvider.AdjustTime"/> would set the timestamps too.
    /// </summary>
    public void AdjustWallClock(TimeSpan by) => _wallClockOffset += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until a timer is set after this call.</summary>
    public Task NextSetAsync()
    {
        lock (_lock)
        {
            return _nextSet.Task.WaitAsync(Patience);
        }
    }

    /// <summary>Waits until any timer is set.</summary>
    public Task WaitForTimerAsync() => WaitForTimerAsync(static _ => true);

    /// <summary>Waits until a timer is set that fires in this time.</summary>
    public Task WaitForTimerAsync(TimeSpan dueIn) => WaitForTimerAsync(left => left == dueIn);

    public async Task WaitForTimerAsync(Func<TimeSpan, bool> isMeant)
    {
        while (true)
        {
            Task nextSet;
            lock (_lock)
            {
                if (_set.Exists(timer => isMeant(timer.TimeLeft)))
                {
                    return;
                }

                nextSet = _nextSet.Task;
            }

            await nextSet.WaitAsync(Patience);
        }
    }

    /// <summary>Waits for the timer, then advances the time to it.</summary>
    public async Task PassAsync(TimeSpan dueIn)
    {
        await WaitForTimerAsync(dueIn);
        Advance(dueIn);
    }

    /// <summary>
    /// Advances from timer to timer of this length until the task has ended: how often code polls depends on the machine.
    /// </summary>
    public async Task PassUntilAsync(Task end, TimeSpan dueIn)
    {
        while (await IsSetBeforeAsync(end, WaitForTimerAsync(dueIn)))
        {
            Advance(dueIn);
        }
    }

    /// <summary>Advances from timer to timer until the task has ended.</summary>
    public async Task PassUntilAsync(Task end)
    {
        while (await IsSetBeforeAsync(end, WaitForTimerAsync()))
        {
            Advance(NextTimer ?? TimeSpan.Zero);
        }
    }

    private static async Task<bool> IsSetBeforeAsync(Task end, Task timer)
    {
        if (await Task.WhenAny(end, timer) == end)
        {
            return false;
        }

        await timer;
        return true;
    }

    private ITimer CreateFakeTimer(TimerCallback callback) =>
        base.CreateTimer(callback, state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private sealed class WatchedTimer : ITimer
    {
        private readonly WatchedTimeProvider _owner;
        private readonly ITimer _timer;
        private TimeSpan _period;
        private long _setAt;
        private TimeSpan _dueTime;
        private int _changes;

        public WatchedTimer(WatchedTimeProvider owner, TimerCallback callback, object? state)
        {
            _owner = owner;
            _timer = owner.CreateFakeTimer(_ =>
            {
                OnFired();
                callback(state);
            });
        }

        public TimeSpan TimeLeft => _dueTime - _owner.GetElapsedTime(_setAt);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int change;
            lock (_owner._lock)
            {
                _owner._set.Remove(this);
                change = ++_changes;
                (_setAt, _dueTime, _period) = (_owner.GetTimestamp(), dueTime, period);
            }

            // Outside of the lock: a timer that is due at once fires in here.
            var isChanged = _timer.Change(dueTime, period);
            if (isChanged && dueTime >= TimeSpan.Zero)
            {
                OnSet(change);
            }

            return isChanged;
        }

        public void Dispose()
        {
            lock (_owner._lock)
            {
                _changes++;
                _owner._set.Remove(this);
            }

            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void OnSet(int change)
        {
            TaskCompletionSource nextSet;
            lock (_owner._lock)
            {
                if (change == _changes)
                {
                    _owner._set.Add(this);
                }

                nextSet = _owner._nextSet;
                _owner._nextSet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            nextSet.SetResult();
        }

        private void OnFired()
        {
            lock (_owner._lock)
            {
                if (_period > TimeSpan.Zero)
                {
                    _dueTime += _period;
                }
                else
                {
                    _changes++;
                    _owner._set.Remove(this);
                }
            }
        }
    }
}
