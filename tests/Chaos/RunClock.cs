using System.Diagnostics;

namespace SshMqttBridge.Chaos;

/// <summary>Seconds since the start of the run.</summary>
internal sealed class RunClock
{
    readonly long _start = Stopwatch.GetTimestamp();

    readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;

    /// <summary>A time of day in seconds since the start of the run.</summary>
    public double Of(DateTimeOffset time) => (time - _startedAt).TotalSeconds;

    public double Now => Stopwatch.GetElapsedTime(_start).TotalSeconds;
}
