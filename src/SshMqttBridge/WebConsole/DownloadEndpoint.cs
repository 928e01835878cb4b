using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using SshMqttBridge.Audit;
using SshMqttBridge.Common;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.WebConsole;

/// <summary><c>/api/downloads</c>: sends files of the base directory to the browser.</summary>
internal sealed partial class DownloadEndpoint(
    BaseDirectory files,
    FileAccess access,
    DownloadLinks links,
    AuditLog audit,
    ILogger<DownloadEndpoint> logger
)
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>A browser that displays it in spite of the other headers runs no scripts and has another origin.</summary>
    private const string ContentSecurityPolicy = "default-src 'none'; sandbox";

    /// <summary>
    /// Creates a link: <c>{"path": …}</c>, with <c>"name"</c> for a file of this name if the path is a folder. The answer has its
    /// address relative to the page (<c>url</c>), and the file's name and size.
    /// </summary>
    public async Task CreateAsync(HttpContext context)
    {
        var body = await context.Request.ReadAsync(FilesEndpoint.MaximumRequestBytes);
        if (FileRequest.Parse(body) is not { } request)
        {
            await context.Response.RefuseAsync(StatusCodes.Status400BadRequest, FileRequest.Malformed);
            return;
        }

        await FilesEndpoint.AnswerAsync(
            context,
            access,
            async () =>
            {
                var path = request.Name is { } name ? files.FileIn(request.Path, name) : request.Path;
                using var source = files.OpenSource(path);
                var id = links.Create(RequestGuard.SessionOf(context), path);
                await context.Response.JsonAsync(
                    StatusCodes.Status200OK,
                    json =>
                    {
                        json.WriteStartObject();
                        json.WriteString("url", $"{DownloadLinks.Path.TrimStart('/')}/{id}");
                        json.WriteString("name", source.Name);
                        json.WriteNumber("size", source.SizeBytes);
                        json.WriteEndObject();
                    }
                );
            }
        );
    }

    /// <summary>Sends the file of a link, always as an attachment.</summary>
    public async Task GetAsync(HttpContext context)
    {
        var response = context.Response;
        var session = RequestGuard.SessionOf(context);
        if (!links.TryTake(session, context.Request.RouteValues["id"] as string, out var path))
        {
            await response.RefuseAsync(StatusCodes.Status410Gone, "The link has been used already, or has expired.");
            return;
        }

        await FilesEndpoint.AnswerAsync(
            context,
            access,
            async () =>
            {
                using var source = files.OpenSource(path);
                ContentDispositionHeaderValue disposition = new("attachment");
                disposition.SetHttpFileName(source.Name);
                response.Headers.ContentDisposition = disposition.ToString();
                response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
                response.ContentType = "application/octet-stream";
                response.ContentLength = source.SizeBytes;
                var address = FilesEndpoint.AddressOf(context);
                audit.Write(new ConsoleAuditEntry("download", address) { File = path, Bytes = source.SizeBytes });
                LogDownload(logger, address, Printable.Name(path), source.SizeBytes);
                await SendAsync(source, context);
            }
        );
    }

    private static async Task SendAsync(LocalSource source, HttpContext context)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var offset = 0L; offset < source.SizeBytes; )
            {
                var wanted = (int)Math.Min(BufferBytes, source.SizeBytes - offset);
                var count = await source.ReadAsync(buffer.AsMemory(0, wanted), offset, context.RequestAborted);
                if (count == 0)
                {
                    context.Abort(); // The file was truncated meanwhile; the browser must not take this for all of it.
                    return;
                }

                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
                offset += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LoggerMessage(7021, LogLevel.Information, "Web console: {Address} downloads {File} ({Bytes} bytes)")]
    static partial void LogDownload(ILogger logger, string address, string file, long bytes);
}
