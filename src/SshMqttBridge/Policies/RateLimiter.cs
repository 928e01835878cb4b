namespace SshMqttBridge.Policies;

/// <summary>A token bucket, full at the start: each command takes one token. Uses the monotonic clock. Thread-safe.</summary>
internal sealed class RateLimiter(RateLimit limit, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _tokens = limit.Count;
    private long _filledAt = time.GetTimestamp();

    public RateLimit Limit => limit;

    /// <summary>Takes a token.</summary>
    /// <returns>Zero if there was one; otherwise the time until there is.</returns>
    public TimeSpan Take()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var perSecond = limit.Count / limit.Period.TotalSeconds;
            _tokens = Math.Min(limit.Count, _tokens + time.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond);
            _filledAt = now;
            // Slightly less than one token is enough: rounding errors must not delay a command.
            if (_tokens >= 1 - 1e-6)
            {
                _tokens = Math.Max(0, _tokens - 1);
                return TimeSpan.Zero;
            }

            return TimeSpan.FromSeconds((1 - _tokens) / perSecond);
        }
    }
}
