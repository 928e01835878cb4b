using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>Text with a special syntax, which a function parses.</summary>
/// <param name="text">The values in words.</param>
/// <param name="schema">Creates the JSON Schema.</param>
/// <param name="format">Writes a value as the file has it.</param>
internal sealed class ParsedType<T>(string text, Parser<T> parse, Func<JsonObject> schema, Func<T, string> format) : ScalarType<T>
{
    public override string Text => text;

    public override JsonObject Schema() => schema();

    public override JsonNode ToJson(T value) => JsonValue.Create(format(value));

    protected override string? Parse(string text, out T? value) => parse(text, out value);
}
