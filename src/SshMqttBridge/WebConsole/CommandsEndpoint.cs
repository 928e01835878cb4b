using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SshMqttBridge.Commands;
using SshMqttBridge.Inbound;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// <c>/api/servers/ID/…</c>: submits a command to a server, like a message on its write topics. The same parser reads the body,
/// which may contain what the message's JSON may.
/// </summary>
internal sealed class CommandsEndpoint(ServerSet servers, Dispatcher dispatcher)
{
    public Task ExecAsync(HttpContext context) => WithIdAsync(context, "exec", "command");

    public Task GetAsync(HttpContext context) => WithIdAsync(context, "get", "source");

    public Task PutAsync(HttpContext context) => WithIdAsync(context, "put", "source");

    public Task RunAsync(HttpContext context) =>
        WithIdAsync(context, "run", "args", (string)context.Request.RouteValues["action"]!);

    public Task CancelAsync(HttpContext context) => TextAsync(context, "cancel", "id");

    public Task ConnectionAsync(HttpContext context) => TextAsync(context, "connection", "state");

    /// <summary>Submits a command with a JSON payload: the body, with a generated id if it has none.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The topic's name.</param>
    /// <param name="key">The required key of the body: without it, a payload is plain text.</param>
    /// <param name="argument">The topic's argument, or null.</param>
    private async Task WithIdAsync(HttpContext context, string name, string key, string? argument = null)
    {
        var body = await context.Request.ReadAsync(CommandLimits.PayloadBytes);
        if (await ServerAsync(context) is not { } server)
        {
            return;
        }

        if (WithId(body, key) is not { } payload)
        {
            await RejectBodyAsync(context.Response, key);
            return;
        }

        await SubmitAsync(context, new WriteTopic(server.Options.Id, name, argument), payload);
    }

    /// <summary>Submits a command with a plain-text payload: the value of a key of the body.</summary>
    private async Task TextAsync(HttpContext context, string name, string key)
    {
        var body = await context.Request.ReadAsync(CommandLimits.PayloadBytes);
        if (await ServerAsync(context) is not { } server)
        {
            return;
        }

        if (Text(body, key) is not { } text)
        {
            await RejectBodyAsync(context.Response, key);
            return;
        }

        await SubmitAsync(context, new WriteTopic(server.Options.Id, name, null), System.Text.Encoding.UTF8.GetBytes(text));
    }

    private async Task<Server?> ServerAsync(HttpContext context)
    {
        var id = context.Request.RouteValues["id"] as string;
        if (id is not null && servers.Find(id) is { } server)
        {
            return server;
        }

        await context.Response.RefuseAsync(
            StatusCodes.Status404NotFound,
            "The configuration has no such server.",
            Reasons.Invalid
        );
        return null;
    }

    private async Task SubmitAsync(HttpContext context, WriteTopic topic, ReadOnlyMemory<byte> payload)
    {
        var submission = dispatcher.Submit(topic, payload, CommandSource.WebConsole, CommandOrigin.WebConsoleTopic);
        await context.Response.JsonAsync(
            submission.Refusal is { } refusal ? StatusOf(refusal.Reason) : StatusCodes.Status202Accepted,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("id", submission.Id);
                if (submission.Refusal is { } refusal)
                {
                    json.WriteString("message", refusal.Message);
                    json.WriteString("reason", refusal.Reason);
                }

                json.WriteEndObject();
            }
        );
    }

    private static Task RejectBodyAsync(HttpResponse response, string key) =>
        response.RefuseAsync(
            StatusCodes.Status400BadRequest,
            $"The body must be a JSON object with the key '{key}'.",
            Reasons.Invalid
        );

    private static int StatusOf(string? reason) =>
        reason switch
        {
            Reasons.Policy => StatusCodes.Status403Forbidden,
            Reasons.QueueFull => StatusCodes.Status429TooManyRequests,
            Reasons.TooLarge => StatusCodes.Status413PayloadTooLarge,
            Reasons.Local or Reasons.Shutdown => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status400BadRequest,
        };

    /// <summary>The body with an id, which the response contains; null if it is not an object with the key.</summary>
    private static byte[]? WithId(ReadOnlyMemory<byte> body, string key)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(key, out _))
            {
                return null;
            }

            if (root.TryGetProperty("id", out _))
            {
                return body.ToArray();
            }

            var payload = new ArrayBufferWriter<byte>(body.Length + 32);
            using (var json = new Utf8JsonWriter(payload, BridgeJson.Writer))
            {
                json.WriteStartObject();
                json.WriteString("id", CommandId.Make());
                foreach (var property in root.EnumerateObject())
                {
                    property.WriteTo(json);
                }

                json.WriteEndObject();
            }

            return payload.WrittenSpan.ToArray();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null; // An unpaired surrogate causes one of the latter two.
        }
    }

    private static string? Text(ReadOnlyMemory<byte> body, string key)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(key, out var value)
                && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
