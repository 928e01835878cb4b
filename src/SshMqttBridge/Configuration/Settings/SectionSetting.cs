using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>A section: a mapping with known keys. A section without a value is an empty one.</summary>
internal sealed class SectionSetting(string name, SettingTable table, string description) : Setting(name, description)
{
    /// <summary>The settings within.</summary>
    public SettingTable Table { get; } = table;

    /// <summary>The default in Markdown; empty if the settings within have their own.</summary>
    public string Default { get; init; } = "";

    /// <summary>Its name among the definitions of the JSON Schema; null: the schema is inline.</summary>
    public string? Definition { get; init; }

    public override string TypeText => "section";
    public override string DefaultText => Default;

    protected override JsonObject TypeSchema() => Definition is null ? Table.Schema() : SchemaKeywords.Reference(Definition);
}
