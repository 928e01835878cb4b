namespace SshMqttBridge.Tests.Integration.Fixtures;

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
}
