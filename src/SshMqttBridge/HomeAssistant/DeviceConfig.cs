using System.Text.Json;
using System.Text.Json.Nodes;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.HomeAssistant;

/// <summary>
/// The discovery message of one device. Home Assistant ignores a message with an unknown key at the top level.
/// </summary>
/// <param name="Topic">The discovery topic.</param>
/// <param name="Device">Describes the device.</param>
/// <param name="Components">Its entities; keys are unique.</param>
internal sealed record DeviceConfig(string Topic, JsonObject Device, IReadOnlyList<Component> Components)
{
    /// <summary>The availability topic of all entities; null: each entity has its own.</summary>
    public string? AvailabilityTopic { get; init; }

    /// <summary>The components' platforms by their keys.</summary>
    public IReadOnlyDictionary<string, string> Platforms =>
        Components.ToDictionary(component => component.Key, component => component.Platform, StringComparer.Ordinal);

    /// <summary>The payload.</summary>
    /// <param name="removed">Components to remove: platforms by key.</param>
    public byte[] ToJson(IEnumerable<KeyValuePair<string, string>>? removed = null)
    {
        var components = new JsonObject();
        foreach (var component in Components)
        {
            components[component.Key] = component.ToJson();
        }

        foreach (var (key, platform) in removed ?? [])
        {
            components[key] = Component.Removed(platform);
        }

        var root = new JsonObject
        {
            ["device"] = Device.DeepClone(),
            ["origin"] = new JsonObject { ["name"] = "SshMqttBridge", ["sw_version"] = BridgeVersion.Text },
            ["components"] = components,
        };
        if (AvailabilityTopic is { } topic)
        {
            root["availability"] = AvailabilityOf(topic);
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, BridgeJson.Writer))
        {
            root.WriteTo(json);
        }

        return buffer.ToArray();
    }

    /// <summary>The bridge's payloads <c>online</c> and <c>offline</c> are Home Assistant's defaults.</summary>
    public static JsonArray AvailabilityOf(string topic) => new(new JsonObject { ["topic"] = topic });
}
