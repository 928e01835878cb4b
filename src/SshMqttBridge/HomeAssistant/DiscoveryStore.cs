using System.Text.Json;
using SshMqttBridge.Common;

namespace SshMqttBridge.HomeAssistant;

/// <summary>
/// Remembers over restarts what Home Assistant was told: the components' platforms by key, by topic. The broker has it too, but there it stands among all other
/// devices' messages, which the bridge would have to be allowed to read, and does not tell whose it is after the base topic or the prefix was changed.
/// Not thread-safe.
/// </summary>
/// <param name="path">The file. Readable by its owner only; replaced in one step.</param>
/// <param name="obstacle">Why nothing may be written at the moment; null: it may be.</param>
internal sealed class DiscoveryStore(string path, Func<string?> obstacle)
{
    private const int LargestBytes = 16 << 20;

    /// <summary>Nothing if there is no file.</summary>
    /// <exception cref="IOException">It cannot be read, in words that name the file.</exception>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Read()
    {
        if (!File.Exists(path))
        {
            return new Dictionary<string, IReadOnlyDictionary<string, string>>();
        }

        if (!SmallFile.TryRead(path, LargestBytes, out var file, out var problem) || !file.Whole)
        {
            throw new IOException($"{path} {problem ?? $"is larger than {LargestBytes >> 20} MiB"}");
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

    /// <summary>Writes all anew; nothing to remember: removes the file.</summary>
    /// <exception cref="IOException">It cannot be written, in words that name the file.</exception>
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

            Replace(topics);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be written: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private static string TextOf(JsonElement value) => value.GetString() ?? throw new JsonException("A platform is a text.");

    private void Replace(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> topics)
    {
        // One bridge holds the folder, so that the name is nobody else's; what a crash left behind is overwritten.
        var temporary = path + ".tmp";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var stream = new FileStream(temporary, options))
        {
            using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
            {
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

            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
