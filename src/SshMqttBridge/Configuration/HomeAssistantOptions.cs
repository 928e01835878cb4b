namespace SshMqttBridge.Configuration;

/// <summary>Whether and where the bridge tells Home Assistant about itself by MQTT discovery.</summary>
internal sealed record HomeAssistantOptions
{
    /// <summary>Default: no.</summary>
    public bool Enabled { get; init; }

    /// <summary>One or more topic levels, without a slash at either end. Default <c>homeassistant</c>.</summary>
    public string DiscoveryPrefix { get; init; } = "homeassistant";
}
