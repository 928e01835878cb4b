using SshMqttBridge.Common;

namespace SshMqttBridge.Groups;

/// <summary>
/// Whether this instance has the lease of its group. An <see cref="ILease"/> reports what it knows; the lease runs out by itself.
/// Thread-safe.
/// </summary>
/// <param name="time">Its timestamps must also count while the machine is suspended.</param>
internal sealed class Leadership(TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();
    private long _validUntil = long.MinValue;
    private CancellationTokenSource? _term;
    private ITimer? _expiry;
    private TaskCompletionSource<LeaderTerm> _next = NewTerm();

    /// <summary>The time since the start of the bridge.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Whether the lease is held at this moment. Exact, also right after the process was stopped for a while.</summary>
    public bool IsHeld => Now.Ticks < Interlocked.Read(ref _validUntil);

    /// <summary>The epoch of the current or the last term; 0: there was none.</summary>
    public long Epoch { get; private set; }

    /// <summary>Called when <see cref="IsHeld"/> has changed, with a lock; must be quick. Set it before the first term.</summary>
    public Action? Changed { get; set; }

    /// <summary>The lease is held.</summary>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="until">When it runs out unless it is renewed; see <see cref="Now"/>.</param>
    public void Hold(long epoch, TimeSpan until)
    {
        lock (_gate)
        {
            if (!IsHeld || epoch != Epoch)
            {
                End();
            }

            var left = until - Now;
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            Epoch = epoch;
            Interlocked.Exchange(ref _validUntil, until.Ticks);
            _expiry ??= time.CreateTimer(_ => EndIfExpired(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            ExpectEnd(left);
            if (_term is null)
            {
                _term = new CancellationTokenSource();
                _next.TrySetResult(new LeaderTerm(epoch, _term.Token));
                Changed?.Invoke();
            }
        }
    }

    /// <summary>The lease is not held.</summary>
    public void Lose()
    {
        lock (_gate)
        {
            End();
        }
    }

    /// <summary>Waits until the lease is held. Call it again after the end of the term.</summary>
    public Task<LeaderTerm> NextAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _next.Task.WaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            End();
            _expiry?.Dispose();
        }
    }

    private void EndIfExpired()
    {
        lock (_gate)
        {
            if (!IsHeld)
            {
                End();
            }
            else
            {
                ExpectEnd(TimeSpan.FromTicks(Interlocked.Read(ref _validUntil)) - Now);
            }
        }
    }

    private void ExpectEnd(TimeSpan left) => _expiry?.Change(TimerTime.RoundUp(left), Timeout.InfiniteTimeSpan);

    private void End()
    {
        Interlocked.Exchange(ref _validUntil, long.MinValue);
        if (_term is not { } term)
        {
            return;
        }

        _term = null;
        _next = NewTerm();
        // Callbacks run on another thread, not under this lock.
        _ = term.CancelAsync();
        Changed?.Invoke();
    }

    private static TaskCompletionSource<LeaderTerm> NewTerm() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
