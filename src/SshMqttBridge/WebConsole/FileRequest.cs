using System.Text.Json;

namespace SshMqttBridge.WebConsole;

/// <summary>A file below the base directory, in the body of a request.</summary>
/// <param name="Path">A file, or a folder.</param>
/// <param name="Name">The file's name if the path is a folder; null: the path is a file.</param>
/// <param name="SizeBytes">The size of a file to upload; null: unknown.</param>
internal sealed record FileRequest(string Path, string? Name, long? SizeBytes)
{
    public const string Malformed = """The body must be a JSON object with the text "path".""";

    /// <returns>Null: it is not such an object.</returns>
    public static FileRequest? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && Text(root, "path") is { } path
                ? new FileRequest(
                    path,
                    Text(root, "name"),
                    root.TryGetProperty("size", out var size) && size.TryGetInt64(out var bytes) ? bytes : null
                )
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null; // A size that is not a number, or an unpaired surrogate, causes the latter.
        }
    }

    private static string? Text(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
