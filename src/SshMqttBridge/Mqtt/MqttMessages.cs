using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt;

/// <summary>The parameters of a connection.</summary>
internal sealed record MqttConnectRequest
{
    public required MqttOptions Options { get; init; }

    /// <summary>Published by the broker when the connection ends without a DISCONNECT; null: nothing is.</summary>
    public MqttPublication? Will { get; init; }

    /// <summary>The time for all brokers and addresses together, divided among them. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A larger payload is dropped: <see cref="MqttDelivery.Payload"/> is empty, and only its size is known.</summary>
    public int MaximumPayloadBytes { get; init; } = 1 << 20;
}

/// <summary>A message to the broker, at QoS 1.</summary>
internal sealed record MqttPublication(string Topic, ReadOnlyMemory<byte> Payload, bool Retain = false)
{
    /// <summary>MQTT 5 §3.3.2.3.6; left out on 3.1.1.</summary>
    public ReadOnlyMemory<byte>? CorrelationData { get; init; }

    /// <summary>MQTT 5 §3.3.2.3.5; left out on 3.1.1.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>MQTT 5 §3.3.2.3.3, in whole seconds, at least one; left out on 3.1.1. Null: never expires.</summary>
    public TimeSpan? Expiry { get; init; }
}

/// <summary>A message from the broker.</summary>
internal sealed record MqttDelivery(string Topic, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The payload's size, even if the payload was too large and was dropped.</summary>
    public long PayloadBytes { get; init; } = Payload.Length;
    public bool Retain { get; init; }
    public string? ResponseTopic { get; init; }
    public ReadOnlyMemory<byte>? CorrelationData { get; init; }

    /// <summary>
    /// The rest of the message's expiry interval when the broker sent it; null: never expires. MQTT 5 §3.3.2.3.3.
    /// </summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>
    /// Whether the bridge did not run for a while after the connection was opened: the message may have waited in a buffer.
    /// </summary>
    public bool IsStale { get; init; }

    public bool IsTooLarge => PayloadBytes > Payload.Length;
}
