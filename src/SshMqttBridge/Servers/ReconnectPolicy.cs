using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Decides when the bridge may connect to a server again. The delays grow after failures. After a failed authentication
/// the bridge makes no attempt until the delay is over or the credentials change, which prevents account lockout.
/// Not thread-safe.
/// </summary>
internal sealed class ReconnectPolicy(TimeProvider time)
{
    /// <summary>A connection that is lost sooner than this after it was opened counts as a failed attempt.</summary>
    private static readonly TimeSpan MinimumStableTime = TimeSpan.FromSeconds(10);

    /// <summary>The policy coalesces delays of at least this length with those of other servers.</summary>
    private static readonly TimeSpan MinimumCoalescedDelay = TimeSpan.FromSeconds(3);

    private readonly ReconnectBackoff _backoff = new(new Random());
    private AuthenticationBlock? _block;
    private long? _notBefore;

    /// <summary>The reason why the bridge must not connect now; null: it may.</summary>
    public SshConnectionException? Refusal =>
        _block is { } block && block.TimeLeft(time) > TimeSpan.Zero ? block.ToException(time) : null;

    public void OnConnected() => _block = null;

    /// <param name="fault">The kind of failure.</param>
    /// <param name="message">The failure in words.</param>
    /// <param name="areCredentialsCurrent">Whether the attempt used the credentials that the next one would use.</param>
    public void OnFailed(SshFault fault, string message, bool areCredentialsCurrent)
    {
        if (fault == SshFault.Authentication && areCredentialsCurrent)
        {
            _block = new AuthenticationBlock(time.GetTimestamp(), _backoff.NextDelay(fault), message);
        }
    }

    /// <summary>Records that a connection has ended, on purpose or not.</summary>
    /// <param name="duration">How long it was open.</param>
    public void OnEnded(TimeSpan duration)
    {
        if (duration >= MinimumStableTime)
        {
            _backoff.Reset();
        }
    }

    /// <summary>Records that a connection was lost.</summary>
    /// <param name="duration">How long it was open.</param>
    public void OnLost(TimeSpan duration)
    {
        if (duration < MinimumStableTime)
        {
            _notBefore = time.GetTimestamp() + ToTicks(_backoff.NextDelay(SshFault.Lost));
        }
    }

    public void OnCredentialsChanged()
    {
        _block = null;
        _backoff.Reset();
    }

    /// <summary>The delay after a short-lived connection, or zero. Each delay is returned once.</summary>
    public TimeSpan TakeWait()
    {
        if (_notBefore is not { } notBefore)
        {
            return TimeSpan.Zero;
        }

        _notBefore = null;
        var left = time.GetElapsedTime(time.GetTimestamp(), notBefore);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>The delay after a failed attempt.</summary>
    public TimeSpan DelayAfter(SshConnectionException exception) =>
        exception.Fault == SshFault.Authentication && _block is { } block
            ? block.TimeLeft(time)
            : TimerCoalescing.Before(_backoff.NextDelay(exception.Fault), MinimumCoalescedDelay, time);

    private long ToTicks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
