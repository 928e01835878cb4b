using System.Text.Json;
using SshMqttBridge.Common;

namespace SshMqttBridge.HomeAssistant;

/// <summary>
/// Stores which discovery messages the bridge has published: the components' platforms by key, by topic. The broker also has
/// them, but among the messages of other devices, which the bridge may not be allowed to read; and after a change of the base
/// topic or the prefix, the bridge could not recognize its own. Not thread-safe.
/// </summary>
/// <param name="path">The file. Only its owner can read it; replaced atomically.</param>
/// <param name="obstacle">Returns why the file must not be written now; null: it may.</param>
internal sealed class DiscoveryStore(string path, Func<string?> obstacle)
{
    private const int MaximumBytes = 16 << 20;

    /// <summary>Reads the file; empty if there is none.</summary>
    /// <exception cref="IOException">The file cannot be read; the message names it.</exception>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Read()
    {
        if (!File.Exists(path))
        {
            return new Dictionary<string, IReadOnlyDictionary<string, string>>();
        }

        if (!SmallFile.TryRead(path, MaximumBytes, out var file, out var problem) || !file.Whole)
        {
            throw new IOException($"{path} {problem ?? $"exceeds the {MaximumBytes >> 20} MiB limit"}");
        }

        try
        {
            using var json = JsonDocument.Parse(file.Content);
            return json
                .RootElement.EnumerateObject()
                .ToDictionary(
                    topic => topic.Name,
                    IReadOnlyDictionary<string, string> (topic) =>
                        topic
                            .Value.EnumerateObject()
                            .ToDictionary(
                                component => component.Name,
                                component => TextOf(component.Value),
                                StringComparer.Ordinal
                            ),
                    StringComparer.Ordinal
                );
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new IOException($"{path} is damaged", exception);
        }
    }

    /// <summary>Replaces the file, or deletes it if there are no topics.</summary>
    /// <exception cref="IOException">The file cannot be written; the message names it.</exception>
    public void Write(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> topics)
    {
        if (obstacle() is { } message)
        {
            throw new IOException(message);
        }

        try
        {
            if (topics.Count == 0)
            {
                File.Delete(path);
                return;
            }

            OwnerOnly.Replace(path, stream => Write(stream, topics));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be written: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private static string TextOf(JsonElement value) =>
        value.GetString() ?? throw new JsonException("A platform must be a string.");

    private static void Write(Stream stream, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> topics)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        foreach (var (topic, components) in topics)
        {
            json.WriteStartObject(topic);
            foreach (var (key, platform) in components)
            {
                json.WriteString(key, platform);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
