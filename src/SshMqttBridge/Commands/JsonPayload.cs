using System.Text.Json;
using SshMqttBridge.Common;

namespace SshMqttBridge.Commands;

/// <summary>A payload that is a JSON object.</summary>
internal sealed class JsonPayload
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

    private readonly JsonElement _object;

    private JsonPayload(JsonElement value) => _object = value;

    /// <summary>Reads the text if it is a JSON object that has the key; null: the payload is plain text.</summary>
    public static JsonPayload? TryParse(string text, string key) =>
        TryParse(text) is { } payload && payload.Has(key) ? payload : null;

    /// <summary>Reads the text if it is a JSON object; null: it is not one.</summary>
    public static JsonPayload? TryParse(string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith("{"))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return new JsonPayload(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Rejects unknown keys, because a misspelt one would change what the command does, and duplicate keys.</summary>
    /// <exception cref="CommandFault">A key is unknown, or given twice.</exception>
    public void AllowOnly(params string[] known)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in _object.EnumerateObject())
        {
            var name = NameOf(property);
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                throw new CommandFault(
                    Reasons.Invalid,
                    $"The key '{Excerpt.Of(name)}' is unknown. Valid: {string.Join(", ", known)}."
                );
            }

            if (!seen.Add(name))
            {
                throw new CommandFault(Reasons.Invalid, $"The key '{name}' is given twice.");
            }
        }
    }

    /// <summary>The client's id; null if the client gave none.</summary>
    /// <exception cref="CommandFault">The id is not valid.</exception>
    public string? Id()
    {
        var id = Text("id");
        return
            id is null
            || (id.Length is > 0 and <= CommandLimits.MaximumIdLength && id != CancelCommand.All && !id.Any(char.IsControl))
            ? id
            : throw new CommandFault(
                Reasons.Invalid,
                $"'id' must be 1–{CommandLimits.MaximumIdLength} characters, without control characters, and not '*'."
            );
    }

    /// <exception cref="CommandFault">The key is missing, or its value is not a string.</exception>
    public string RequiredText(string key) => Text(key) ?? throw new CommandFault(Reasons.Invalid, $"'{key}' is missing.");

    /// <summary>A string; null if the key is missing or its value is null.</summary>
    /// <exception cref="CommandFault">The value is not a string.</exception>
    public string? Text(string key)
    {
        if (Value(key) is not { } value)
        {
            return null;
        }

        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : throw InvalidType(key, "a string", value);
        }
        catch (InvalidOperationException)
        {
            throw HalfSurrogate($"'{key}'");
        }
    }

    /// <summary>A number; null if the key is missing or its value is null.</summary>
    /// <exception cref="CommandFault">The value is not a number.</exception>
    public double? Number(string key)
    {
        if (Value(key) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            ? number
            : throw InvalidType(key, "a number", value);
    }

    /// <summary>A truth value; false if the key is missing or its value is null.</summary>
    /// <exception cref="CommandFault">The value is neither true nor false.</exception>
    public bool Flag(string key) =>
        Value(key)?.ValueKind switch
        {
            null or JsonValueKind.False => false,
            JsonValueKind.True => true,
            _ => throw InvalidType(key, "true or false", Value(key)!.Value),
        };

    /// <summary>A nested object; null if the key is missing or its value is null.</summary>
    /// <exception cref="CommandFault">The value is not an object.</exception>
    public JsonPayload? Object(string key) =>
        Value(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new JsonPayload(value)
        : throw InvalidType(key, "an object", value);

    /// <summary>The keys, in their order, including duplicates.</summary>
    /// <exception cref="CommandFault">A key is not valid Unicode.</exception>
    public IReadOnlyList<string> Names() => [.. _object.EnumerateObject().Select(NameOf)];

    /// <summary>
    /// A string's value, or the raw text of a number or literal; null if the key is missing or its value is null.
    /// </summary>
    /// <exception cref="CommandFault">The value is an array or an object.</exception>
    public (JsonValueKind Kind, string Text)? Scalar(string key) =>
        Value(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? (value.ValueKind, Text(key)!)
        : value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? throw InvalidType(key, "a single value", value)
        : (value.ValueKind, value.GetRawText());

    private bool Has(string key)
    {
        try
        {
            return _object.TryGetProperty(key, out _);
        }
        catch (InvalidOperationException)
        {
            throw HalfSurrogate("A key");
        }
    }

    private JsonElement? Value(string key)
    {
        try
        {
            return _object.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
        }
        catch (InvalidOperationException)
        {
            throw HalfSurrogate("A key");
        }
    }

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw HalfSurrogate("A key");
        }
    }

    /// <summary>
    /// A JSON escape can produce a lone surrogate (<c>\uD800</c>); the reader reports it only when the string is read.
    /// </summary>
    private static CommandFault HalfSurrogate(string what) =>
        new(Reasons.Invalid, $"{what} contains an unpaired surrogate, which is not valid Unicode.");

    private static CommandFault InvalidType(string key, string expected, JsonElement value) =>
        new(Reasons.Invalid, $"'{key}' must be {expected}, not {Excerpt.Of(value.GetRawText())}.");
}
