namespace SshMqttBridge.Configuration;

/// <summary>Whether and where the bridge tells Home Assistant about itself by MQTT discovery.</summary>
internal sealed record HomeAssistantOptions
{
    public bool Enabled { get; init; }

    /// <summary>Default <c>homeassistant</c>.</summary>
    public string DiscoveryPrefix { get; init; } = "homeassistant";
}
