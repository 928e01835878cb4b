namespace SshMqttBridge.Configuration;

/// <summary>Options of MQTT discovery for Home Assistant.</summary>
internal sealed record HomeAssistantOptions
{
    /// <summary>Default false.</summary>
    public bool Enabled { get; init; }

    /// <summary>One or more topic levels, without a slash at either end. Default <c>homeassistant</c>.</summary>
    public string DiscoveryPrefix { get; init; } = "homeassistant";
}
