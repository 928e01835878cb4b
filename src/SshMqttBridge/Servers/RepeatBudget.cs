namespace SshMqttBridge.Servers;

/// <summary>
/// Limits the bytes of results that the bridge publishes again for duplicates: a message of a few bytes can request a result of
/// megabytes. Refilled by the monotonic clock. Shared by all servers. Thread-safe.
/// </summary>
internal sealed class RepeatBudget(TimeProvider time)
{
    private const double MaximumBytes = 16 << 20;
    private const double BytesPerSecond = 1 << 20;

    private readonly Lock _gate = new();
    private double _bytes = MaximumBytes;
    private long _filledAt = time.GetTimestamp();

    /// <summary>How many bytes a result may have now to be published as a whole.</summary>
    public int Available
    {
        get
        {
            lock (_gate)
            {
                Refill();
                return (int)Math.Max(0, _bytes);
            }
        }
    }

    /// <summary>Counts published bytes; a few more than available, because several threads may publish at once.</summary>
    public void Take(int bytes)
    {
        lock (_gate)
        {
            Refill();
            _bytes -= bytes;
        }
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        _bytes = Math.Min(MaximumBytes, _bytes + time.GetElapsedTime(_filledAt, now).TotalSeconds * BytesPerSecond);
        _filledAt = now;
    }
}
