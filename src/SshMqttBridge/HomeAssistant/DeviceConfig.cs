using System.Text.Json;
using System.Text.Json.Nodes;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.HomeAssistant;

/// <summary>All that Home Assistant is told of one device. It drops the whole message for one key at the top that it does not know.</summary>
/// <param name="Topic">Where it is published.</param>
/// <param name="Device">Which device it is.</param>
/// <param name="Components">Its entities; keys are unique.</param>
internal sealed record DeviceConfig(string Topic, JsonObject Device, IReadOnlyList<Component> Components)
{
    /// <summary>The topic that says whether all of its entities can be used; null: each says so itself.</summary>
    public string? AvailabilityTopic { get; init; }

    /// <summary>The components' platforms by their keys.</summary>
    public IReadOnlyDictionary<string, string> Platforms =>
        Components.ToDictionary(component => component.Key, component => component.Platform, StringComparer.Ordinal);

    /// <summary>The payload.</summary>
    /// <param name="removed">Platforms by key of components that are to be removed besides.</param>
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

    /// <summary>The payloads <c>online</c> and <c>offline</c>, which are the bridge's, are what Home Assistant expects.</summary>
    public static JsonArray AvailabilityOf(string topic) => new(new JsonObject { ["topic"] = topic });
}
