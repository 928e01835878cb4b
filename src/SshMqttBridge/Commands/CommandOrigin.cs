namespace SshMqttBridge.Commands;

/// <summary>Where a command came from and when.</summary>
/// <param name="ServerId">The server it is for.</param>
/// <param name="Topic">The topic it was written to.</param>
/// <param name="ReceivedAt">By the wall clock, for people.</param>
/// <param name="ReceivedTimestamp">By the monotonic clock of <see cref="TimeProvider"/>, for reckoning.</param>
internal sealed record CommandOrigin(string ServerId, string Topic, DateTimeOffset ReceivedAt, long ReceivedTimestamp)
{
    /// <summary>How long after its receipt it may still be started; null: always. MQTT 5 §3.3.2.3.3.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>Where its result is sent besides the server's topics; null: nowhere.</summary>
    public ReplyAddress? Reply { get; init; }
}

/// <summary>Whom to answer (MQTT 5 §4.10).</summary>
internal sealed record ReplyAddress(string Topic, ReadOnlyMemory<byte>? CorrelationData);
