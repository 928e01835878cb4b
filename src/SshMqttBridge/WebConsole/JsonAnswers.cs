using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SshMqttBridge.Commands;

namespace SshMqttBridge.WebConsole;

/// <summary>Writes JSON responses.</summary>
internal static class JsonAnswers
{
    private const string ContentType = "application/json; charset=utf-8";

    /// <summary>Writes the response.</summary>
    public static async Task JsonAsync(this HttpResponse response, int status, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, BridgeJson.Writer))
        {
            write(json);
        }

        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory, response.HttpContext.RequestAborted);
    }

    /// <summary>Writes an error response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">A sentence for the user, with a remedy.</param>
    /// <param name="reason">One of <see cref="Reasons"/>, or null.</param>
    public static Task RefuseAsync(this HttpResponse response, int status, string message, string? reason = null) =>
        response.JsonAsync(
            status,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("message", message);
                if (reason is not null)
                {
                    json.WriteString("reason", reason);
                }

                json.WriteEndObject();
            }
        );
}
