using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace SshMqttBridge.WebConsole;

/// <summary>Serves the console's page: the files embedded in the program.</summary>
internal sealed class StaticFiles
{
    private const string Prefix = "wwwroot/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".txt"] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, StaticFile> _files;

    public StaticFiles()
    {
        var files = Assembly
            .GetExecutingAssembly()
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && Types.ContainsKey(Path.GetExtension(name)))
            .ToDictionary(name => "/" + name[Prefix.Length..], Describe, StringComparer.Ordinal);
        files["/"] = files["/index.html"];
        _files = files.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Serves a file; 304 if the browser has the current version, 404 if there is no such file.</summary>
    public async Task GetAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (!_files.TryGetValue(request.Path.Value ?? "", out var file))
        {
            await response.RefuseAsync(StatusCodes.Status404NotFound, "Not found.");
            return;
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            await response.RefuseAsync(StatusCodes.Status405MethodNotAllowed, "Files support only GET and HEAD.");
            return;
        }

        response.Headers.ETag = file.ETag;
        // The browser caches the file but revalidates it, so that a new version of the bridge takes effect immediately.
        response.Headers.CacheControl = "no-cache";
        if (request.Headers.IfNoneMatch.ToString().Contains(file.ETag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = file.Type;
        response.ContentLength = file.Length;
        if (HttpMethods.IsGet(request.Method))
        {
            await using var content = Open(file.Resource);
            await content.CopyToAsync(response.Body, context.RequestAborted);
        }
    }

    private static StaticFile Describe(string resource)
    {
        using var content = Open(resource);
        var hash = SHA256.HashData(content);
        return new StaticFile(
            resource,
            Types[Path.GetExtension(resource)],
            content.Length,
            $"\"{Convert.ToHexStringLower(hash.AsSpan(0, 16))}\""
        );
    }

    private static Stream Open(string resource) => Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;

    private sealed record StaticFile(string Resource, string Type, long Length, string ETag);
}
