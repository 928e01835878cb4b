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
    // Approximately: the object, the queue entry and the topic.
    private const int OverheadBytes = 200;

    public MqttPublication Publication { get; private set; } = publication;

    /// <summary>Called once, when the broker has acknowledged or finally refused the message.</summary>
    public Action? Completed { get; } = completed;

    /// <summary>Returns a payload of at most that many bytes.</summary>
    public Func<int, ReadOnlyMemory<byte>>? Shrink { get; } = shrink;

    /// <summary>
    /// Whether this is a retained message that is published again, because the broker may have lost it. Does not count as
    /// waiting.
    /// </summary>
    public bool IsRepeated { get; } = isRepeated;

    /// <summary>The size that counts against the outbox's limit; does not change when the payload shrinks.</summary>
    public long Bytes { get; private set; } = OverheadBytes + publication.Payload.Length;

    /// <summary>The timestamp of the last attempt to send it; set by the sender.</summary>
    public long SentAt { get; set; }

    /// <summary>
    /// How often the connection was lost after this message was sent and before any other was acknowledged; set by the sender.
    /// </summary>
    public int DeliveryFailures { get; set; }

    /// <summary>Replaces the publication of a message that was not sent; returns by how many bytes its size has grown.</summary>
    public long Replace(MqttPublication newer)
    {
        var more = newer.Payload.Length - Publication.Payload.Length;
        Publication = newer;
        Bytes += more;
        return more;
    }

    /// <summary>Shrinks the payload, if possible.</summary>
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
