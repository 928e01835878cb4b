using System.Text.Json;

namespace SshMqttBridge.Common;

/// <summary>
/// Reads JSON that a bridge has published, without requiring keys: the bridge may be older or newer than this program, and any client
/// may publish anything.
/// </summary>
internal static class PublishedJson
{
    /// <summary>Parses an object; null: the payload is something else.</summary>
    public static JsonElement? TryParse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A string; null: there is none.</summary>
    public static string? TextOf(this JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(key, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A whole number; null: there is none.</summary>
    public static long? NumberOf(this JsonElement element, string key) =>
        element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;

    /// <summary>Whether the value is the literal <c>true</c> or <c>false</c>.</summary>
    public static bool Is(this JsonElement element, string key, JsonValueKind literal) =>
        element.TryGetProperty(key, out var value) && value.ValueKind == literal;

    /// <summary>The objects of an array; empty: there is none.</summary>
    public static IEnumerable<JsonElement> ObjectsOf(this JsonElement element, string key) =>
        element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];
}
