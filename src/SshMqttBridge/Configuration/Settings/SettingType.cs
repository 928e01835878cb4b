using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// The type of a setting, apart from the .NET type of its values: its range or choices, as text and as a JSON Schema.
/// </summary>
internal abstract class SettingType
{
    /// <summary>Describes the values with their range or choices, as in the tables of docs/configuration.md.</summary>
    public abstract string Text { get; }

    /// <summary>Creates a JSON Schema that the values match; each call returns a new object.</summary>
    public abstract JsonObject Schema();
}
