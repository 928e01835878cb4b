namespace SshMqttBridge.Policies;

/// <summary>A bucket of tokens, full at the start and filled evenly again: one for each command that is taken. By the monotonic clock. Thread-safe.</summary>
internal sealed class RateLimiter(RateLimit limit, TimeProvider time)
{
    readonly Lock _gate = new();
    double _tokens = limit.Count;
    long _filledAt = time.GetTimestamp();

    public RateLimit Limit => limit;

    /// <summary>Takes a token.</summary>
    /// <returns>Zero if there was one; else how long it takes until there is.</returns>
    public TimeSpan Take()
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            double perSecond = limit.Count / limit.Period.TotalSeconds;
            _tokens = Math.Min(limit.Count, _tokens + time.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond);
            _filledAt = now;
            // A hair less than a whole token is one: what sums of fractions lose must not cost a command its turn.
            if (_tokens >= 1 - 1e-6)
            {
                _tokens = Math.Max(0, _tokens - 1);
                return TimeSpan.Zero;
            }

            return TimeSpan.FromSeconds((1 - _tokens) / perSecond);
        }
    }
}
