using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SshMqttBridge.Commands;

/// <summary>
/// Writes JSON without reflection. It does not escape <c>&lt;</c> and other characters that matter only in HTML: no client
/// inserts a payload into HTML without escaping it.
/// </summary>
internal static class BridgeJson
{
    public static JsonWriterOptions Writer { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static BridgeJsonContext Relaxed { get; } =
        new(
            new JsonSerializerOptions(BridgeJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(UtcMillisecondsConverter)]
)]
[JsonSerializable(typeof(CommandResult))]
[JsonSerializable(typeof(string))]
internal sealed partial class BridgeJsonContext : JsonSerializerContext;
