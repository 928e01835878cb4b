using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.WebConsole;

/// <summary><c>/api/files</c>: lists the base directory and accepts files from the browser.</summary>
internal sealed partial class FilesEndpoint(BaseDirectory files, FileAccess access, AuditLog audit, ILogger<FilesEndpoint> logger)
{
    public const int MaximumRequestBytes = 16 * 1024;

    public const int MaximumEntries = 1000;

    private const int BufferBytes = 64 * 1024;

    /// <summary>ENOSPC and EDQUOT.</summary>
    private const int NoSpace = 28,
        QuotaExceeded = 122;

    /// <summary><c>?folder=</c>: one level of the base directory.</summary>
    public Task ListAsync(HttpContext context) =>
        AnswerAsync(
            context,
            access,
            async () =>
            {
                var folder = context.Request.Query["folder"].ToString();
                var listing = files.List(folder.Length == 0 ? "." : folder, MaximumEntries);
                await context.Response.JsonAsync(
                    StatusCodes.Status200OK,
                    json =>
                    {
                        json.WriteStartObject();
                        json.WriteStartArray("entries");
                        foreach (var entry in listing.Entries)
                        {
                            json.WriteStartObject();
                            json.WriteString("name", entry.Name);
                            json.WriteBoolean("folder", entry.IsFolder);
                            if (!entry.IsFolder)
                            {
                                json.WriteNumber("size", entry.SizeBytes);
                            }

                            json.WriteString("time", UtcMillisecondsConverter.ToText(entry.ModifiedAt));
                            json.WriteEndObject();
                        }

                        json.WriteEndArray();
                        json.WriteBoolean("more", !listing.IsComplete);
                        json.WriteEndObject();
                    }
                );
            }
        );

    /// <summary>
    /// Whether a file could be uploaded: 204, or why not. The page asks before it sends a large file: browsers show the answer to
    /// an upload only when they have sent it, or not at all.
    /// </summary>
    public async Task CheckAsync(HttpContext context)
    {
        var body = await context.Request.ReadAsync(MaximumRequestBytes);
        if (FileRequest.Parse(body) is not { } request)
        {
            await context.Response.RefuseAsync(StatusCodes.Status400BadRequest, FileRequest.Malformed);
            return;
        }

        await AnswerAsync(
            context,
            access,
            async () =>
            {
                using var destination = Create(request.Path, request.Name);
                if (
                    !await RefuseSizeAsync(context.Response, request.SizeBytes)
                    && !await RefuseExistingAsync(context, destination)
                )
                {
                    context.Response.StatusCode = StatusCodes.Status204NoContent;
                }
            }
        );
    }

    /// <summary>
    /// Stores the body as a file: <c>?path=</c>, with <c>name=</c> for its name if the path is a folder, and <c>overwrite=true</c>
    /// to replace a file. The file has its name when all of the body has arrived, and does not exist before.
    /// </summary>
    public Task UploadAsync(HttpContext context) =>
        AnswerAsync(
            context,
            access,
            async () =>
            {
                var (request, response) = (context.Request, context.Response);
                var query = request.Query;
                var name = query["name"].ToString();
                using var destination = Create(query["path"].ToString(), name.Length == 0 ? null : name);
                var overwrites = query["overwrite"] == "true";
                if (
                    await RefuseSizeAsync(response, request.ContentLength)
                    || (!overwrites && await RefuseExistingAsync(context, destination))
                )
                {
                    return;
                }

                // For the rest of this request only.
                if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                {
                    limit.MaxRequestBodySize = access.MaximumUploadBytes;
                }

                if (await ReceiveAsync(context, destination) is { } bytes)
                {
                    await CommitAsync(context, destination, overwrites, bytes);
                }
            }
        );

    /// <summary>Answers a request, or refuses it if files are not allowed or the base directory reports a fault.</summary>
    internal static async Task AnswerAsync(HttpContext context, FileAccess access, Func<Task> answer)
    {
        if (!access.IsAllowed)
        {
            await context.Response.RefuseAsync(StatusCodes.Status403Forbidden, access.Refusal, Reasons.Policy);
            return;
        }

        try
        {
            await answer();
        }
        catch (TransferException exception) when (!context.Response.HasStarted)
        {
            await context.Response.RefuseAsync(
                exception.Reason == Reasons.Path ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable,
                $"{exception.Message}.",
                exception.Reason
            );
        }
    }

    internal static string AddressOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? ClientAddress.Plain(address).ToString() : "unknown";

    /// <summary>Refuses a path that names a folder, unless the name of the file in it is known.</summary>
    private LocalDestination Create(string path, string? name)
    {
        var destination = files.CreateDestination(path, LocalPath.NameOf(name ?? path), isPrivate: true);
        if (name is null && destination.PathIsFolder)
        {
            destination.Dispose();
            throw new TransferException(Reasons.Path, $"{Printable.Name(path)} is a folder; only files can be copied");
        }

        return destination;
    }

    private async Task<bool> RefuseSizeAsync(HttpResponse response, long? bytes)
    {
        if (bytes > access.MaximumUploadBytes)
        {
            await RefuseTooLargeAsync(response);
            return true;
        }

        if (bytes > files.AvailableBytes)
        {
            await RefuseFullAsync(response);
            return true;
        }

        return false;
    }

    private Task RefuseTooLargeAsync(HttpResponse response) =>
        response.RefuseAsync(
            StatusCodes.Status413PayloadTooLarge,
            $"The file is larger than {access.MaximumUploadBytes >> 20} MiB (webConsole.maxUploadMiB).",
            Reasons.TooLarge
        );

    private static Task RefuseFullAsync(HttpResponse response) =>
        response.RefuseAsync(
            StatusCodes.Status507InsufficientStorage,
            "The disk of the base directory has not enough space left.",
            Reasons.Local
        );

    private static async Task<bool> RefuseExistingAsync(HttpContext context, LocalDestination destination)
    {
        if (destination.Existing is null)
        {
            return false;
        }

        await RefuseExistingAsync(context, destination.Name);
        return true;
    }

    private static Task RefuseExistingAsync(HttpContext context, string name) =>
        context.Response.RefuseAsync(
            StatusCodes.Status409Conflict,
            $"{Printable.Name(name)} exists on the bridge already.",
            Reasons.Local
        );

    /// <summary>Writes the body to the file; null: the request has been refused.</summary>
    private async Task<long?> ReceiveAsync(HttpContext context, LocalDestination destination)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var offset = 0L; ; )
            {
                var count = await context.Request.Body.ReadAtLeastAsync(
                    buffer.AsMemory(0, BufferBytes),
                    BufferBytes,
                    throwOnEndOfStream: false,
                    context.RequestAborted
                );
                if (!await TryWriteAsync(context, destination, buffer.AsMemory(0, count), offset))
                {
                    return null;
                }

                offset += count;
                if (count < BufferBytes)
                {
                    return offset;
                }
            }
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await RefuseTooLargeAsync(context.Response);
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<bool> TryWriteAsync(
        HttpContext context,
        LocalDestination destination,
        ReadOnlyMemory<byte> content,
        long offset
    )
    {
        try
        {
            await destination.WriteAsync(content, offset, context.RequestAborted);
            return true;
        }
        catch (IOException exception) when (exception.HResult is NoSpace or QuotaExceeded)
        {
            await RefuseFullAsync(context.Response);
        }
        catch (IOException exception)
        {
            await context.Response.RefuseAsync(
                StatusCodes.Status503ServiceUnavailable,
                $"The file cannot be written: {exception.Message}",
                Reasons.Local
            );
        }

        return false;
    }

    private async Task CommitAsync(HttpContext context, LocalDestination destination, bool overwrites, long bytes)
    {
        if (overwrites)
        {
            destination.Commit();
        }
        else if (!destination.TryCommitNew())
        {
            await RefuseExistingAsync(context, destination.Name);
            return;
        }

        var address = AddressOf(context);
        audit.Write(new ConsoleAuditEntry("upload", address) { File = destination.Path, Bytes = bytes });
        LogUpload(logger, address, Printable.Name(destination.Path), bytes);
        await context.Response.JsonAsync(
            StatusCodes.Status201Created,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("path", destination.Path);
                json.WriteNumber("size", bytes);
                json.WriteEndObject();
            }
        );
    }

    [LoggerMessage(7020, LogLevel.Information, "Web console: {Address} uploaded {File} ({Bytes} bytes)")]
    static partial void LogUpload(ILogger logger, string address, string file, long bytes);
}
