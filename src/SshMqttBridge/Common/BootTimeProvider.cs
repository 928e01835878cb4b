using System.Runtime.InteropServices;

namespace SshMqttBridge.Common;

/// <summary>
/// The system's clock, with timestamps that also count while the machine is suspended. Timers do not: they continue where they
/// were.
/// </summary>
internal sealed class BootTimeProvider : TimeProvider
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly bool _isSupported = NativeMethods.GetTime(NativeMethods.BootTime, out _) == 0;

    public override long TimestampFrequency => _isSupported ? NanosecondsPerSecond : base.TimestampFrequency;

    public override long GetTimestamp() =>
        _isSupported && NativeMethods.GetTime(NativeMethods.BootTime, out var time) == 0
            ? time.Seconds * NanosecondsPerSecond + time.Nanoseconds
            : base.GetTimestamp();
}

/// <summary>The structure timespec of a 64-bit system.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TimeSpecification
{
    public readonly long Seconds;
    public readonly long Nanoseconds;
}
