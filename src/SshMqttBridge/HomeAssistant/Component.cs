using System.Text.Json.Nodes;

namespace SshMqttBridge.HomeAssistant;

/// <summary>One entity of a device.</summary>
/// <param name="Key">Unique in its device; begins with a capital.</param>
/// <param name="Platform"><c>sensor</c>, <c>button</c>, …</param>
/// <param name="Options">All other options, with Home Assistant's names.</param>
internal sealed record Component(string Key, string Platform, JsonObject Options)
{
    /// <summary>Makes Home Assistant remove a component: an object with only the platform.</summary>
    public static JsonObject Removed(string platform) => new() { ["platform"] = platform };

    /// <summary>Creates a new object each time.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["platform"] = Platform };
        foreach (var (name, value) in Options)
        {
            json[name] = value?.DeepClone();
        }

        return json;
    }
}
