namespace SshMqttBridge.Servers;

/// <summary>Coalesces periodic timers so that one wake-up serves many servers.</summary>
internal static class TimerCoalescing
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Shortens an interval by less than half a second so that it ends on a tick. Does not change short intervals.
    /// </summary>
    /// <param name="interval">The interval, which starts now.</param>
    /// <param name="minimum">The shortest interval to coalesce.</param>
    /// <param name="time">The clock.</param>
    public static TimeSpan Before(TimeSpan interval, TimeSpan minimum, TimeProvider time)
    {
        if (interval < minimum)
        {
            return interval;
        }

        return interval - SinceTick(interval, time);
    }

    /// <summary>Lengthens an interval by less than half a second so that it ends on a tick.</summary>
    public static TimeSpan After(TimeSpan interval, TimeProvider time)
    {
        var sinceTick = SinceTick(interval, time);
        return sinceTick == TimeSpan.Zero ? interval : interval + Period - sinceTick;
    }

    // In whole milliseconds, like timers: a callback a fraction early would shorten the next interval by a period.
    private static TimeSpan SinceTick(TimeSpan interval, TimeProvider time) =>
        TimeSpan.FromMilliseconds(Math.Floor((time.GetElapsedTime(0) + interval).TotalMilliseconds) % Period.TotalMilliseconds);
}
