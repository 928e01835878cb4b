using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>Text without a special syntax.</summary>
/// <param name="text">Describes the values.</param>
/// <param name="validate">Describes valid values, or returns null for one.</param>
/// <param name="schema">Creates the JSON Schema.</param>
internal sealed class TextType(string text, Func<string, string?> validate, Func<JsonObject> schema) : ScalarType<string>
{
    public override string Text => text;

    public override JsonObject Schema() => schema();

    public override JsonNode ToJson(string value) => JsonValue.Create(value);

    protected override string? Parse(string text, out string? value)
    {
        value = text;
        return validate(text);
    }
}
