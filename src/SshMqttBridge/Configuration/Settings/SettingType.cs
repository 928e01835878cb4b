using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// The type of a setting, apart from the .NET type of its values: its range or choices, in words and as a JSON Schema.
/// </summary>
internal abstract class SettingType
{
    /// <summary>The values in words, with their range or choices, as the tables of docs/configuration.md have them.</summary>
    public abstract string Text { get; }

    /// <summary>Creates a JSON Schema that the values match; each call returns a new object.</summary>
    public abstract JsonObject Schema();
}
