using System.Text.Json.Nodes;

namespace SshMqttBridge.HomeAssistant;

/// <summary>Creates a device's components, with their common options.</summary>
/// <param name="device">The device's id.</param>
internal sealed class EntityBuilder(string device)
{
    /// <summary>Exactly once: a repeated message would repeat the command.</summary>
    private const int WriteQos = 2;
    private const int ReadQos = 1;

    /// <summary>
    /// Prevents a command from acting late. Needs Home Assistant 2026.6 and MQTT 5; older versions ignore it.
    /// </summary>
    private const int ExpirySeconds = 30;

    /// <param name="key">Begins with a capital letter.</param>
    /// <param name="entity">The end of its entity id.</param>
    /// <param name="name">Displayed after the device's name.</param>
    /// <param name="topic">The state topic.</param>
    public Component CreateReader(
        string platform,
        string key,
        string entity,
        string name,
        string topic,
        params ReadOnlySpan<(string Name, JsonNode? Value)> options
    ) => Create(platform, key, entity, name, [("state_topic", topic), ("qos", ReadQos), .. options]);

    /// <summary>A component that publishes. Its messages are not retained, because the bridge rejects retained ones.</summary>
    public Component CreateWriter(
        string platform,
        string key,
        string entity,
        string name,
        string topic,
        params ReadOnlySpan<(string Name, JsonNode? Value)> options
    ) => Create(platform, key, entity, name, [("command_topic", topic), ("qos", WriteQos), ("retain", false), .. options]);

    /// <summary>A component that sets something. Its messages expire.</summary>
    public Component CreateSetter(
        string platform,
        string key,
        string entity,
        string name,
        string topic,
        params ReadOnlySpan<(string Name, JsonNode? Value)> options
    ) => CreateWriter(platform, key, entity, name, topic, [("message_expiry_interval", ExpirySeconds), .. options]);

    /// <summary>A button. Its messages expire.</summary>
    /// <param name="payload">What it publishes.</param>
    public Component CreateButton(
        string key,
        string entity,
        string name,
        string topic,
        string payload,
        string icon,
        params ReadOnlySpan<(string Name, JsonNode? Value)> options
    ) => CreateSetter("button", key, entity, name, topic, [("payload_press", payload), ("icon", icon), .. options]);

    private Component Create(
        string platform,
        string key,
        string entity,
        string name,
        ReadOnlySpan<(string Name, JsonNode? Value)> options
    )
    {
        var json = new JsonObject
        {
            ["name"] = name,
            ["unique_id"] = DiscoveryNames.UniqueId(device, key),
            ["default_entity_id"] = DiscoveryNames.EntityId(platform, device, entity),
        };
        foreach (var (option, value) in options)
        {
            if (value is not null)
            {
                json[option] = value;
            }
        }

        return new Component(key, platform, json);
    }
}
