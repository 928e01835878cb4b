namespace SshMqttBridge.Mqtt;

/// <summary>
/// A message in the <see cref="Outbox"/>, from the time it is posted until the broker has acknowledged or refused it.
/// </summary>
internal sealed class OutboxMessage(
    MqttPublication publication,
    Action? completed = null,
    Func<int, ReadOnlyMemory<byte>>? shrink = null,
    bool isRepeated = false
)
{
    // Object, queue entry and topic, roughly.
    private const int OverheadBytes = 200;

    public MqttPublication Publication { get; private set; } = publication;

    /// <summary>Called once, when nothing more will happen to the message.</summary>
    public Action? Completed { get; } = completed;

    /// <summary>Gives a payload that is no longer than so many bytes.</summary>
    public Func<int, ReadOnlyMemory<byte>>? Shrink { get; } = shrink;

    /// <summary>
    /// A retained message that the broker had before, published again because it may have lost it. Does not count as waiting.
    /// </summary>
    public bool IsRepeated { get; } = isRepeated;

    /// <summary>What it counts against the outbox's limit; stays the same when the payload shrinks.</summary>
    public long Bytes { get; private set; } = OverheadBytes + publication.Payload.Length;

    /// <summary>Timestamp of the last time it was sent; set by the sender.</summary>
    public long SentAt { get; set; }

    /// <summary>
    /// How often the connection was lost right after this message was sent and before any other had an answer; set by the
    /// sender.
    /// </summary>
    public int DeliveryFailures { get; set; }

    /// <summary>Makes it another publication before it was sent; returns how many bytes more it counts now.</summary>
    public long Replace(MqttPublication newer)
    {
        var more = newer.Payload.Length - Publication.Payload.Length;
        Publication = newer;
        Bytes += more;
        return more;
    }

    /// <summary>Makes the payload smaller, if it can be made so.</summary>
    public bool TryShrink(int maximumPayloadBytes)
    {
        if (Shrink is null || maximumPayloadBytes <= 0)
        {
            return false;
        }

        var smaller = Shrink(maximumPayloadBytes);
        if (smaller.Length > maximumPayloadBytes || smaller.Length >= Publication.Payload.Length)
        {
            return false;
        }

        Publication = Publication with { Payload = smaller };
        return true;
    }
}
