namespace SshMqttBridge.Common;

/// <summary>Times for timers.</summary>
internal static class TimerTime
{
    /// <summary>
    /// Rounds up to whole milliseconds, at least 0: a timer ignores fractions of a millisecond, and would fire too early.
    /// </summary>
    public static TimeSpan RoundUp(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(time.TotalMilliseconds)));
}
