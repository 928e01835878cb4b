namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>How a <see cref="MqttProbe"/> connects.</summary>
public sealed record ProbeOptions
{
    /// <summary>5, or 4 for MQTT 3.1.1.</summary>
    public int Version { get; init; } = 5;
    public string ClientId { get; init; } = $"probe-{Guid.NewGuid():N}";
    public string? UserName { get; init; }
    public string? Password { get; init; }
    public string? WillTopic { get; init; }
    public string WillText { get; init; } = "";

    /// <summary>Takes each message as it comes, in order; then the probe itself keeps none. For runs that see too many.</summary>
    public Action<ProbeMessage>? Sink { get; init; }
}
