using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Groups;

/// <summary>Reads and writes the messages of a group, without reflection.</summary>
internal static class GroupJson
{
    public static GroupJsonContext Relaxed { get; } =
        new(
            new JsonSerializerOptions(GroupJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );

    /// <returns>Null: it is something else. Any client may publish anything.</returns>
    public static T? Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcMillisecondsConverter)]
)]
[JsonSerializable(typeof(LeaseMessage))]
[JsonSerializable(typeof(LeaderInfo))]
[JsonSerializable(typeof(CommandRecord))]
internal sealed partial class GroupJsonContext : JsonSerializerContext;
