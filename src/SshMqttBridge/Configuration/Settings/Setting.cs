using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// A row of a <see cref="SettingTable"/>: a key of the configuration, with its type, its default and its description. Immutable.
/// </summary>
internal abstract class Setting(string name, string description)
{
    /// <summary>The key.</summary>
    public string Name { get; } = name;

    /// <summary>One sentence, in Markdown.</summary>
    public string Description { get; } = description;

    /// <summary>Describes the values, as in the second column of docs/configuration.md.</summary>
    public abstract string TypeText { get; }

    /// <summary>The default in Markdown, as in the third column of docs/configuration.md.</summary>
    public abstract string DefaultText { get; }

    /// <summary>The default as written in the file; null if there is none, or if it depends on something else.</summary>
    public virtual JsonNode? DefaultJson => null;

    /// <summary>
    /// The rest of the fault "is missing: …" for a required setting; null for an optional one.
    /// </summary>
    public string? Missing { get; init; }

    /// <summary>Whether only the bridge may read the value, apart from a <see cref="Common.Secret"/>, which always is.</summary>
    public bool IsConfidential { get; init; }

    /// <summary>Creates the JSON Schema of the values, with description and default.</summary>
    public JsonObject Schema()
    {
        var schema = new JsonObject { ["description"] = DescriptionWithDefault() };
        if (DefaultJson is { } value)
        {
            schema["default"] = value;
        }

        foreach (var (keyword, part) in TypeSchema())
        {
            schema[keyword] = part?.DeepClone();
        }

        return schema;
    }

    protected abstract JsonObject TypeSchema();

    private string DescriptionWithDefault() =>
        DefaultJson is not null || DefaultText is "" or "none" || DefaultText.StartsWith("required", StringComparison.Ordinal)
            ? Description
            : $"{Description} Default: {DefaultText}.";
}
