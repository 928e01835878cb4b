using System.Text.Json;
using SshMqttBridge.Common;

namespace SshMqttBridge.Servers;

/// <summary>
/// Stores the retained topics that the bridge has published. The broker also has them, but the bridge cannot distinguish them
/// from those of another bridge, and may not be allowed to read them. Not thread-safe.
/// </summary>
/// <param name="path">The file. Only its owner can read it; replaced atomically.</param>
/// <param name="obstacle">Returns why the file must not be written now; null: it may.</param>
internal sealed class RetainedTopicsFile(string path, Func<string?> obstacle)
{
    private const int MaximumBytes = 16 << 20;
    private const string Topics = "topics";

    /// <summary>Reads the file; empty if there is none.</summary>
    /// <exception cref="IOException">The file cannot be read; the message names it.</exception>
    public IReadOnlyList<string> Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        if (!SmallFile.TryRead(path, MaximumBytes, out var file, out var problem) || !file.Whole)
        {
            throw new IOException($"{path} {problem ?? $"exceeds the {MaximumBytes >> 20} MiB limit"}");
        }

        try
        {
            using var json = JsonDocument.Parse(file.Content);
            return [.. json.RootElement.GetProperty(Topics).EnumerateArray().Select(TopicOf)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new IOException($"{path} is damaged", exception);
        }
    }

    /// <summary>Replaces the file.</summary>
    /// <exception cref="IOException">The file cannot be written; the message names it.</exception>
    public void Write(IEnumerable<string> topics)
    {
        if (obstacle() is { } message)
        {
            throw new IOException(message);
        }

        try
        {
            OwnerOnly.Replace(path, stream => Write(stream, topics));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be written: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private static void Write(Stream stream, IEnumerable<string> topics)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartArray(Topics);
        foreach (var topic in topics)
        {
            json.WriteStringValue(topic);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A broker disconnects a client that publishes to an invalid topic.</summary>
    private static string TopicOf(JsonElement value) =>
        value.GetString() is { Length: > 0 } topic && topic.AsSpan().IndexOfAny("+#\0") < 0
            ? topic
            : throw new JsonException("A topic must be a string without wildcards.");
}
