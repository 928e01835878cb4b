using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>Text with a special syntax, which a function parses.</summary>
/// <param name="text">Describes the values.</param>
/// <param name="schema">Creates the JSON Schema.</param>
/// <param name="format">Formats a value as in the file.</param>
internal sealed class ParsedType<T>(string text, Parser<T> parse, Func<JsonObject> schema, Func<T, string> format) : ScalarType<T>
{
    public override string Text => text;

    public override JsonObject Schema() => schema();

    public override JsonNode ToJson(T value) => JsonValue.Create(format(value));

    protected override string? Parse(string text, out T? value) => parse(text, out value);
}
