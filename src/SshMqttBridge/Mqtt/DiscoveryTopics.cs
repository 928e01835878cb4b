namespace SshMqttBridge.Mqtt;

/// <summary>The topics of Home Assistant's MQTT discovery.</summary>
/// <param name="prefix">One or more levels, without a slash at either end.</param>
internal sealed class DiscoveryTopics(string prefix)
{
    /// <summary>The topic on which Home Assistant publishes <c>online</c> when it has started, and <c>offline</c>.</summary>
    public string Status { get; } = prefix + "/status";

    /// <summary>The topic of a device's discovery message.</summary>
    /// <param name="objectId">Matches <c>[a-zA-Z0-9_-]+</c>: Home Assistant accepts no other characters.</param>
    public string Config(string objectId) => $"{prefix}/device/{objectId}/config";
}
