using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// When a server may be connected to again: growing waits after failures, none after a refused authentication until its wait is over or the credentials have
/// changed, so that no account gets locked. Not thread-safe.
/// </summary>
internal sealed class ReconnectPolicy(TimeProvider time)
{
    /// <summary>A connection that is lost sooner than this after it was opened counts as a failed attempt.</summary>
    private static readonly TimeSpan MinimumStableTime = TimeSpan.FromSeconds(10);

    /// <summary>Waits from this length on are coalesced with those of other servers.</summary>
    private static readonly TimeSpan MinimumCoalescedDelay = TimeSpan.FromSeconds(3);

    private readonly ReconnectBackoff _backoff = new(new Random());
    private AuthenticationBlock? _block;
    private long? _notBefore;

    /// <summary>Why no attempt may be made now; null if one may.</summary>
    public SshConnectionException? Refusal =>
        _block is { } block && block.Left(time) > TimeSpan.Zero ? block.ToException(time) : null;

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

    /// <summary>The wait that a short connection has caused, zero without one. Returned once.</summary>
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

    /// <summary>How long to wait after an attempt that failed.</summary>
    public TimeSpan DelayAfter(SshConnectionException exception) =>
        exception.Fault == SshFault.Authentication && _block is { } block
            ? block.Left(time)
            : TimerCoalescing.Before(_backoff.NextDelay(exception.Fault), MinimumCoalescedDelay, time);

    private long ToTicks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
