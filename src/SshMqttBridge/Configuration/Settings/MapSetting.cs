using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>A section with keys that the user chooses, for example the ids of servers.</summary>
/// <param name="keyPattern">The names, as a regular expression of ECMA-262.</param>
/// <param name="definition">The name of the JSON Schema of each value among the definitions.</param>
internal sealed class MapSetting(string name, string keyPattern, string definition, string defaultText, string description)
    : Setting(name, description)
{
    public override string TypeText => "section";
    public override string DefaultText { get; } = defaultText;

    protected override JsonObject TypeSchema()
    {
        var schema = new JsonObject
        {
            ["type"] = Missing is null ? SchemaKeywords.Strings("object", "null") : JsonValue.Create("object"),
            ["patternProperties"] = new JsonObject { [keyPattern] = SchemaKeywords.Reference(definition) },
            ["additionalProperties"] = false,
        };
        if (Missing is not null)
        {
            schema["minProperties"] = 1;
        }

        return schema;
    }
}
