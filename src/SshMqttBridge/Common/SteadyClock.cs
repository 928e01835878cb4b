namespace SshMqttBridge.Common;

/// <summary>
/// A clock that starts with the wall clock and then runs with the monotonic one: setting the wall clock does not change it.
/// Thread-safe.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _started = time.GetTimestamp();

    public DateTimeOffset Now => _startedAt + time.GetElapsedTime(_started);
}
