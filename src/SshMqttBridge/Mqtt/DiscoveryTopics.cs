namespace SshMqttBridge.Mqtt;

/// <summary>The topics of Home Assistant's MQTT discovery.</summary>
/// <param name="prefix">One or more levels, without a slash at either end.</param>
internal sealed class DiscoveryTopics(string prefix)
{
    /// <summary>Where Home Assistant publishes <c>online</c> when it has started, and <c>offline</c>.</summary>
    public string Status { get; } = prefix + "/status";

    /// <summary>Where the configuration of a device is published.</summary>
    /// <param name="objectId">Matches <c>[a-zA-Z0-9_-]+</c>: Home Assistant takes no other.</param>
    public string Config(string objectId) => $"{prefix}/device/{objectId}/config";
}
