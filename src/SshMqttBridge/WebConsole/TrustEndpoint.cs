using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Inbound;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// <c>/api/servers/ID/trust</c>: accepts the host key that the server presented last and the bridge refused, and connects.
/// </summary>
internal sealed partial class TrustEndpoint(
    ServerSet servers,
    Dispatcher dispatcher,
    KnownHosts knownHosts,
    HostKeyAccess access,
    AuditLog audit,
    ILogger<TrustEndpoint> logger
)
{
    private const int MaximumBodyBytes = 4096;

    /// <summary>
    /// <c>{"fingerprint": …}</c>: the one that the page showed. Another key that the server has presented since is refused.
    /// </summary>
    public async Task AcceptAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var fingerprint = FingerprintIn(await request.ReadAsync(MaximumBodyBytes));
        if (servers.Find(context.Request.RouteValues["id"] as string ?? "") is not { } server)
        {
            await response.RefuseAsync(StatusCodes.Status404NotFound, "The configuration has no such server.", Reasons.Invalid);
        }
        else if (fingerprint is null)
        {
            await response.RefuseAsync(
                StatusCodes.Status400BadRequest,
                "The body must be a JSON object with the text 'fingerprint'.",
                Reasons.Invalid
            );
        }
        else if (access.RefusalOf(server.Options) is { } refusal)
        {
            await response.RefuseAsync(StatusCodes.Status403Forbidden, refusal, Reasons.Policy);
        }
        else if (server.ConnectionStatus.HostKey?.Key is not { } key || key.Fingerprint != fingerprint)
        {
            await response.RefuseAsync(
                StatusCodes.Status409Conflict,
                "The server has not presented this key last. Compare the fingerprints again.",
                Reasons.HostKey
            );
        }
        else
        {
            await TrustAsync(context, server, key);
        }
    }

    private async Task TrustAsync(HttpContext context, Server server, HostKey key)
    {
        var response = context.Response;
        try
        {
            if (knownHosts.Trust(server.Options, key) is { } refusal)
            {
                await response.RefuseAsync(StatusCodes.Status403Forbidden, refusal, Reasons.HostKey);
                return;
            }
        }
        catch (IOException exception)
        {
            await response.RefuseAsync(StatusCodes.Status503ServiceUnavailable, $"{exception.Message}.", Reasons.Local);
            return;
        }

        var id = server.Options.Id;
        var address = FilesEndpoint.AddressOf(context);
        audit.Write(new ConsoleAuditEntry("trust", address) { Server = id, HostKey = key.Fingerprint });
        LogTrusted(logger, address, id, key.Type, key.Fingerprint);
        // Otherwise the next attempt may be minutes away, or there is none before the next command.
        dispatcher.Submit(
            new WriteTopic(id, "connection", null),
            "open"u8.ToArray(),
            CommandSource.WebConsole,
            CommandOrigin.WebConsoleTopic
        );
        response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static string? FingerprintIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("fingerprint", out var value)
                && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [LoggerMessage(
        7022,
        LogLevel.Warning,
        "Web console: {Address} accepted the host key of {Server}: {Type} {Fingerprint}; the bridge knows no other one"
    )]
    static partial void LogTrusted(ILogger logger, string address, string server, string type, string fingerprint);
}
