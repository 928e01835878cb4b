using System.Text.Json;

namespace SshMqttBridge.Commands;

/// <summary>Reads the beginning of a result's JSON, without its output: that may have megabytes.</summary>
internal static class RecordedResult
{
    /// <summary>Whether the command was never sent to its server, so that a client may retry it with the same id.</summary>
    /// <exception cref="JsonException">The JSON is not a result.</exception>
    public static bool IsRetryable(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isStatus = reader.CurrentDepth == 1 && reader.ValueTextEquals("status"u8);
            reader.Skip();
            if (isStatus)
            {
                return reader.TokenType == JsonTokenType.String
                    && (reader.ValueTextEquals("rejected"u8) || reader.ValueTextEquals("expired"u8));
            }
        }

        throw new JsonException("A result has a status.");
    }
}
