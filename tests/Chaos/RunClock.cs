using System.Diagnostics;

namespace SshMqttBridge.Chaos;

/// <summary>Seconds since the start of the run.</summary>
internal sealed class RunClock
{
    readonly long _start = Stopwatch.GetTimestamp();

    public double Now => Stopwatch.GetElapsedTime(_start).TotalSeconds;
}
