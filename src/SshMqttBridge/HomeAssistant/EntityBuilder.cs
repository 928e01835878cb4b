using System.Text.Json.Nodes;

namespace SshMqttBridge.HomeAssistant;

/// <summary>Makes a device's components, with what all of them have.</summary>
/// <param name="device">The device's id.</param>
internal sealed class EntityBuilder(string device)
{
    /// <summary>Commands are not to come twice.</summary>
    private const int WriteQos = 2;
    private const int ReadQos = 1;

    /// <param name="key">Begins with a capital.</param>
    /// <param name="entity">The end of its entity id.</param>
    /// <param name="name">For people; comes after the device's name.</param>
    /// <param name="topic">Where its state is.</param>
    public Component Reading(
        string platform,
        string key,
        string entity,
        string name,
        string topic,
        params ReadOnlySpan<(string Name, JsonNode? Value)> options
    ) => Make(platform, key, entity, name, [("state_topic", topic), ("qos", ReadQos), .. options]);

    /// <summary>A component that writes. Its message is never retained: the bridge refuses those.</summary>
    public Component Writing(
        string platform,
        string key,
        string entity,
        string name,
        string topic,
        params ReadOnlySpan<(string Name, JsonNode? Value)> options
    ) => Make(platform, key, entity, name, [("command_topic", topic), ("qos", WriteQos), ("retain", false), .. options]);

    private Component Make(
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
