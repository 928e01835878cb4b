using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of a section, in the order of the documentation. Immutable.</summary>
internal sealed class SettingTable(IReadOnlyList<Setting> settings)
{
    private readonly HashSet<Setting> _set = [.. settings];

    public IReadOnlyList<Setting> Settings { get; } = settings;

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Keys { get; } = [.. settings.Select(setting => setting.Name)];

    public bool Contains(Setting setting) => _set.Contains(setting);

    /// <summary>Creates the JSON Schema of the section.</summary>
    public JsonObject Schema()
    {
        var properties = new JsonObject();
        foreach (var setting in Settings)
        {
            properties[setting.Name] = setting.Schema();
        }

        return new JsonObject
        {
            ["type"] = SchemaKeywords.Strings("object", "null"),
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
    }
}
