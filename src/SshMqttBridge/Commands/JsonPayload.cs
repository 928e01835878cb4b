using System.Text.Json;

namespace SshMqttBridge.Commands;

/// <summary>A payload that is a JSON object with the key that makes it a command.</summary>
internal sealed class JsonPayload
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

    private readonly JsonElement _object;

    private JsonPayload(JsonElement value) => _object = value;

    /// <summary>Reads the text if it is a JSON object that has the key; null: it is plain text.</summary>
    public static JsonPayload? TryParse(string text, string key) =>
        TryParse(text) is { } payload && payload.Has(key) ? payload : null;

    /// <summary>Reads the text if it is a JSON object; null: it is something else.</summary>
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

    /// <summary>Refuses keys that mean nothing, since a misspelt one would change what is run, and keys given twice.</summary>
    /// <exception cref="CommandFault">There is such a key.</exception>
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
                    $"The key '{Shown(name)}' is unknown; known are {string.Join(", ", known)}."
                );
            }

            if (!seen.Add(name))
            {
                throw new CommandFault(Reasons.Invalid, $"The key '{name}' is given twice.");
            }
        }
    }

    /// <summary>The client's id; null if it gave none.</summary>
    /// <exception cref="CommandFault">It is not one.</exception>
    public string? Id()
    {
        var id = Text("id");
        return
            id is null || (id.Length is > 0 and <= CommandLimits.IdLength && id != CancelCommand.All && !id.Any(char.IsControl))
            ? id
            : throw new CommandFault(
                Reasons.Invalid,
                $"'id' must have 1 to {CommandLimits.IdLength} characters, no control characters, and not be '*'."
            );
    }

    /// <exception cref="CommandFault">It is missing or no string.</exception>
    public string RequiredText(string key) => Text(key) ?? throw new CommandFault(Reasons.Invalid, $"'{key}' is missing.");

    /// <summary>A string; null if the key is missing or its value is null.</summary>
    /// <exception cref="CommandFault">It is no string.</exception>
    public string? Text(string key)
    {
        if (Value(key) is not { } value)
        {
            return null;
        }

        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : throw WrongType(key, "a string", value);
        }
        catch (InvalidOperationException)
        {
            throw HalfSurrogate($"'{key}'");
        }
    }

    /// <summary>A number; null if the key is missing or its value is null.</summary>
    /// <exception cref="CommandFault">It is no number.</exception>
    public double? Number(string key)
    {
        if (Value(key) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            ? number
            : throw WrongType(key, "a number", value);
    }

    /// <summary>An object within; null if the key is missing or its value is null.</summary>
    /// <exception cref="CommandFault">It is no object.</exception>
    public JsonPayload? Object(string key) =>
        Value(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new JsonPayload(value)
        : throw WrongType(key, "an object", value);

    /// <summary>The keys, in their order; one that is given twice is in it twice.</summary>
    /// <exception cref="CommandFault">One of them is no text.</exception>
    public IReadOnlyList<string> Names() => [.. _object.EnumerateObject().Select(NameOf)];

    /// <summary>A string's text, or a number or word as it is written; null if the key is missing or its value is null.</summary>
    /// <exception cref="CommandFault">It is a list or an object.</exception>
    public (JsonValueKind Kind, string Text)? Scalar(string key) =>
        Value(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? (value.ValueKind, Text(key)!)
        : value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? throw WrongType(key, "a single value", value)
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

    /// <summary>JSON's escapes can write what is no text, as <c>\uD800</c> alone: the reader notices it only when the string is asked for.</summary>
    private static CommandFault HalfSurrogate(string what) =>
        new(Reasons.Invalid, $"{what} holds half of a surrogate pair, which is no text.");

    private static CommandFault WrongType(string key, string wanted, JsonElement value) =>
        new(Reasons.Invalid, $"'{key}' must be {wanted}, not {Shown(value.GetRawText())}.");

    /// <summary>What a client wrote, no longer than a message can bear.</summary>
    public static string Shown(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");
}
