using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// Creates parts of a JSON Schema. The reader accepts quoted numbers, <c>true</c> and <c>false</c>, and text that YAML reads as
/// one of them; the schemas accept these, too, by a list of types. A keyword for one type, for example <c>minimum</c>, does not
/// limit values of another one.
/// </summary>
internal static class SchemaKeywords
{
    public static JsonObject WholeNumber(int minimum, int maximum) =>
        new()
        {
            ["type"] = Strings("integer", "string"),
            ["minimum"] = minimum,
            ["maximum"] = maximum,
            ["pattern"] = "^[0-9]+$",
        };

    /// <summary>A number without a sign.</summary>
    public static JsonObject Number(decimal minimum, decimal maximum) =>
        new()
        {
            ["type"] = Strings("number", "string"),
            ["minimum"] = minimum,
            ["maximum"] = maximum,
            ["pattern"] = @"^([0-9]+\.?[0-9]*|\.[0-9]+)$",
        };

    public static JsonObject Number() =>
        new() { ["type"] = Strings("number", "string"), ["pattern"] = @"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$" };

    /// <param name="minimumLength">In characters.</param>
    /// <param name="maximumLength">In characters; null: no limit.</param>
    public static JsonObject Text(int minimumLength = 0, int? maximumLength = null)
    {
        var schema = new JsonObject { ["type"] = Strings("string", "number", "boolean") };
        if (minimumLength > 0)
        {
            schema["minLength"] = minimumLength;
        }

        if (maximumLength is { } most)
        {
            schema["maxLength"] = most;
        }

        return schema;
    }

    /// <param name="pattern">A regular expression of ECMA-262.</param>
    public static JsonObject Pattern(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    /// <summary>Text that matches a pattern, also text that YAML reads as a value of another type.</summary>
    /// <param name="pattern">A regular expression of ECMA-262.</param>
    /// <param name="otherTypes">These types, which it does not limit.</param>
    public static JsonObject Pattern(string pattern, params string[] otherTypes) =>
        new() { ["type"] = Strings(["string", .. otherTypes]), ["pattern"] = pattern };

    /// <summary>Text of any form that matches a pattern; the pattern does not limit what YAML reads as a number or a boolean.</summary>
    /// <param name="pattern">A regular expression of ECMA-262.</param>
    /// <param name="maximumLength">In characters.</param>
    /// <param name="isSigned">Whether the text may be a negative number.</param>
    public static JsonObject Word(string pattern, int maximumLength, bool isSigned = true)
    {
        var schema = Text(minimumLength: 1, maximumLength);
        schema["pattern"] = pattern;
        if (!isSigned)
        {
            schema["minimum"] = 0;
        }

        return schema;
    }

    /// <summary>One of several words; a word that YAML reads as a number or a boolean also as one.</summary>
    public static JsonObject Choice(IReadOnlyList<string> words)
    {
        var literals = words.Select(Literal);
        var quoted = words.Where(word => Literal(word).GetValueKind() is not System.Text.Json.JsonValueKind.String);
        return new JsonObject { ["enum"] = new JsonArray([.. literals, .. quoted.Select(word => JsonValue.Create(word))]) };
    }

    public static JsonObject List(JsonObject items) =>
        new()
        {
            ["type"] = "array",
            ["minItems"] = 1,
            ["items"] = items,
        };

    public static JsonObject AnyOf(params JsonNode[] schemas) => new() { ["anyOf"] = new JsonArray(schemas) };

    public static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/$defs/{definition}" };

    public static JsonArray Strings(params IEnumerable<string> words) => new([.. words.Select(word => JsonValue.Create(word))]);

    /// <summary>The JSON value for a word, as YAML reads it without quotes.</summary>
    public static JsonNode Literal(string word) =>
        word switch
        {
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            _ when int.TryParse(word, out var number) => JsonValue.Create(number),
            _ => JsonValue.Create(word),
        };
}
