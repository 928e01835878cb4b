namespace SshMqttBridge.Common;

/// <summary>
/// Detects that the bridge did not run for a while: the machine was suspended, or the process stopped. Each use is a sign of
/// life, and so is a periodic timer; a longer silence than the limit is an interruption. Thread-safe.
/// </summary>
/// <param name="limit">The longest silence that is not an interruption.</param>
/// <param name="time">Its timestamps must also count while the machine is suspended.</param>
internal sealed class InterruptionMonitor(TimeSpan limit, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _lastSeen = time.GetTimestamp();
    private long _resumed = long.MinValue;
    private Action<TimeSpan>? _handlers;

    /// <summary>Detects nothing.</summary>
    public static InterruptionMonitor Off { get; } = new(TimeSpan.MaxValue, TimeProvider.System);

    /// <summary>
    /// Calls the handler on the thread pool after each interruption, with its duration. The code that first needs to know may be
    /// quicker: see <see cref="HasBeenInterruptedSince"/>.
    /// </summary>
    public void Subscribe(Action<TimeSpan> handler)
    {
        lock (_gate)
        {
            _handlers += handler;
        }
    }

    /// <summary>Ends the calls of a handler.</summary>
    public void Unsubscribe(Action<TimeSpan> handler)
    {
        lock (_gate)
        {
            _handlers -= handler;
        }
    }

    /// <summary>Whether there was an interruption after this timestamp.</summary>
    public bool HasBeenInterruptedSince(long timestamp)
    {
        Check();
        return timestamp < Volatile.Read(ref _resumed);
    }

    /// <summary>Checks periodically, until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(limit / 6, time, stop);
                Check();
            }
        }
        catch (OperationCanceledException)
        {
            // The bridge is shutting down.
        }
    }

    private void Check()
    {
        TimeSpan silence;
        Action<TimeSpan>? handlers;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            silence = time.GetElapsedTime(_lastSeen, now);
            if (silence <= limit)
            {
                _lastSeen = now;
                return;
            }

            // The bridge stopped at most a period of the timer after the last sign of life. It may have resumed before now, on
            // another thread. So no timestamp of the interruption itself exists, and its middle separates before and after.
            _resumed = _lastSeen + (now - _lastSeen) / 2;
            _lastSeen = now;
            handlers = _handlers;
        }

        ThreadPool.QueueUserWorkItem(_ => handlers?.Invoke(silence));
    }
}
