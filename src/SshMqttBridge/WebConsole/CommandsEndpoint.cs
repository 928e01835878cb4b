using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SshMqttBridge.Commands;
using SshMqttBridge.Inbound;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// <c>/api/servers/ID/…</c>: gives a server a command, as a message on its topics would. What a body may hold is what the message's JSON may, and the same parser
/// says so.
/// </summary>
internal sealed class CommandsEndpoint(ServerSet servers, Dispatcher dispatcher)
{
    public Task ExecAsync(HttpContext context) => WithIdAsync(context, "exec", "command");

    public Task GetAsync(HttpContext context) => WithIdAsync(context, "get", "source");

    public Task PutAsync(HttpContext context) => WithIdAsync(context, "put", "source");

    public Task RunAsync(HttpContext context) =>
        WithIdAsync(context, "run", "args", (string)context.Request.RouteValues["action"]!);

    public Task CancelAsync(HttpContext context) => WordAsync(context, "cancel", "id");

    public Task ConnectionAsync(HttpContext context) => WordAsync(context, "connection", "state");

    /// <summary>A command whose message is JSON: the body, with an id if it has none.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The topic's name.</param>
    /// <param name="key">What the body must hold: without it, a message counts as plain text.</param>
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
            await RefuseBodyAsync(context.Response, key);
            return;
        }

        await TakeAsync(context, new WriteTopic(server.Options.Id, name, argument), payload);
    }

    /// <summary>A command whose message is one word, which stands in the body under a key.</summary>
    private async Task WordAsync(HttpContext context, string name, string key)
    {
        var body = await context.Request.ReadAsync(CommandLimits.PayloadBytes);
        if (await ServerAsync(context) is not { } server)
        {
            return;
        }

        if (Word(body, key) is not { } word)
        {
            await RefuseBodyAsync(context.Response, key);
            return;
        }

        await TakeAsync(context, new WriteTopic(server.Options.Id, name, null), System.Text.Encoding.UTF8.GetBytes(word));
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
            "There is no such server in the configuration.",
            Reasons.Invalid
        );
        return null;
    }

    private async Task TakeAsync(HttpContext context, WriteTopic topic, ReadOnlyMemory<byte> payload)
    {
        var taken = dispatcher.Take(topic, payload, CommandSource.WebConsole, CommandOrigin.WebConsoleTopic);
        await context.Response.JsonAsync(
            taken.Refusal is { } refusal ? StatusOf(refusal.Reason) : StatusCodes.Status202Accepted,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("id", taken.Id);
                if (taken.Refusal is { } refusal)
                {
                    json.WriteString("message", refusal.Message);
                    json.WriteString("reason", refusal.Reason);
                }

                json.WriteEndObject();
            }
        );
    }

    private static Task RefuseBodyAsync(HttpResponse response, string key) =>
        response.RefuseAsync(
            StatusCodes.Status400BadRequest,
            $"The body must be a JSON object with '{key}' in it.",
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

    /// <summary>The body with an id, so that it can be told at once; null if it is no object that holds the key.</summary>
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
            return null; // Half a surrogate pair is one of the latter two.
        }
    }

    private static string? Word(ReadOnlyMemory<byte> body, string key)
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
