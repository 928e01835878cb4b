namespace SshMqttBridge.Servers;

/// <summary>What is done for many servers now and then falls on common beats: threads are woken once for several of them, not for each.</summary>
internal static class TimerCoalescing
{
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(500);

    /// <summary>So much less than <paramref name="interval"/> that it ends on a beat, that is, less than half a second; short ones stay as they are.</summary>
    /// <param name="interval">From now.</param>
    /// <param name="longEnough">From here on half a second does not matter.</param>
    /// <param name="time">The clock.</param>
    public static TimeSpan Before(TimeSpan interval, TimeSpan longEnough, TimeProvider time)
    {
        if (interval < longEnough)
        {
            return interval;
        }

        return interval - PastBeat(interval, time);
    }

    /// <summary>So much more than <paramref name="interval"/> that it ends on a beat, that is, less than half a second.</summary>
    public static TimeSpan After(TimeSpan interval, TimeProvider time)
    {
        var past = PastBeat(interval, time);
        return past == TimeSpan.Zero ? interval : interval + Length - past;
    }

    // In whole milliseconds, as timers count: one that was a fraction early would have the next wait a beat short.
    private static TimeSpan PastBeat(TimeSpan interval, TimeProvider time) =>
        TimeSpan.FromMilliseconds(Math.Floor((time.GetElapsedTime(0) + interval).TotalMilliseconds) % Length.TotalMilliseconds);
}
