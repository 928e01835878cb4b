using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Policies;

namespace SshMqttBridge.WebConsole;

/// <summary>Stands before every request: who asks under which name, from which page, with which session; and what the browser may do with the answer.</summary>
internal sealed partial class RequestGuard(
    ConsoleHosts hosts,
    SignedCookie sessions,
    PageKey pages,
    RateLimiter logLimit,
    ILogger<RequestGuard> logger
)
{
    private const string SessionItem = "session";

    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>The session of a request that has passed.</summary>
    public static string SessionOf(HttpContext context) => (string)context.Items[SessionItem]!;

    /// <summary>Lets the request pass, or refuses it.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var (request, response) = (context.Request, context.Response);
        var isApi = request.Path.StartsWithSegments("/api");
        SetHeaders(response.Headers, isApi);
        try
        {
            if (!hosts.Allows(request.Host.Host))
            {
                if (logLimit.Take() == TimeSpan.Zero)
                {
                    LogUnknownHost(logger, Shown(request.Host.Value));
                }

                await response.RefuseAsync(
                    StatusCodes.Status421MisdirectedRequest,
                    "The console is not asked for under this name; if it is to be, add the name to webConsole.hostNames."
                );
            }
            else if (!isApi || await MayAsync(request, response))
            {
                await next(context);
            }
        }
        catch (BadHttpRequestException exception) when (!response.HasStarted)
        {
            // Too large, too slow or no HTTP; Kestrel knows which status says so.
            await response.RefuseAsync(exception.StatusCode, "The request cannot be read: it is too large, or broken.");
        }
        catch (Exception exception) when (IsOfTheConnection(exception, context))
        {
            context.Abort(); // Whoever asked has gone, or the bridge stops.
        }
        catch (Exception exception)
        {
            LogFailed(logger, request.Path.Value is { } path ? Shown(path) : "", exception);
            if (response.HasStarted)
            {
                context.Abort();
                return;
            }

            await response.RefuseAsync(StatusCodes.Status500InternalServerError, "The bridge failed; its log says more.");
        }
    }

    /// <summary>An IOException may as well be of a file of the bridge's: that is a failure, and to be told.</summary>
    private static bool IsOfTheConnection(Exception exception, HttpContext context) =>
        exception is OperationCanceledException or ConnectionResetException or ConnectionAbortedException
        || (exception is IOException && context.RequestAborted.IsCancellationRequested);

    private async Task<bool> MayAsync(HttpRequest request, HttpResponse response)
    {
        if (!IsSameOrigin(request))
        {
            if (logLimit.Take() == TimeSpan.Zero)
            {
                LogForeign(logger, Shown(request.Headers.Origin.ToString()));
            }

            await response.RefuseAsync(StatusCodes.Status403Forbidden, "Only the console's own page may ask for this.");
            return false;
        }

        if (HttpMethods.IsPost(request.Method) && !IsJson(request.ContentType))
        {
            await response.RefuseAsync(StatusCodes.Status415UnsupportedMediaType, "The Content-Type must be application/json.");
            return false;
        }

        if (
            sessions.Find(request.Cookies[sessions.Name], out var renewed) is { } session
            && pages.Is(session, request.Headers[PageKey.Header])
        )
        {
            request.HttpContext.Items[SessionItem] = session;
            if (renewed is not null)
            {
                SetCookie(response, sessions, renewed);
            }

            return true;
        }

        if (request.Path == "/api/session" && !HttpMethods.IsGet(request.Method))
        {
            return true;
        }

        await response.RefuseAsync(StatusCodes.Status401Unauthorized, "The token is needed first.");
        return false;
    }

    /// <summary>Gives the browser a cookie that no page's script can read and that no other site's page can have sent.</summary>
    public static void SetCookie(HttpResponse response, SignedCookie cookie, string value) =>
        response.Cookies.Append(
            cookie.Name,
            value,
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = IsOverTls(response.HttpContext.Request),
                Path = "/",
                MaxAge = cookie.Lifetime,
            }
        );

    /// <summary>
    /// Whether the browser came over TLS, be it to a proxy that says so. Anybody may say so; whom it deceives is himself: his browser keeps a cookie that it does
    /// not send without TLS.
    /// </summary>
    public static bool IsOverTls(HttpRequest request) =>
        request.IsHttps || request.Headers["X-Forwarded-Proto"].ToString().Equals("https", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether the console's own page asks, or no page at all. Who changes something has to show it: by its origin (RFC 6454), or by what the browser says of it
    /// (Fetch Metadata), neither of which a page can make up.
    /// </summary>
    private static bool IsSameOrigin(HttpRequest request)
    {
        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site != "same-origin" && !(isRead && site == "none"))
        {
            return false;
        }

        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0 || origin == "null")
        {
            return site == "same-origin" || (isRead && origin.Length == 0);
        }

        // https to a proxy in front of a console that has none itself.
        return origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase)
            || origin.Equals($"https://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A form of another page can send only other types without asking first.</summary>
    private static bool IsJson(string? contentType) =>
        contentType is not null
        && contentType.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);

    private static void SetHeaders(IHeaderDictionary headers, bool isApi)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        if (isApi)
        {
            headers.CacheControl = "no-store";
        }
    }

    private static string Shown(string? text) => Printable.Text(text ?? "", 100);

    [LoggerMessage(7003, LogLevel.Warning, "Web console: refused a request for the host '{Host}'")]
    static partial void LogUnknownHost(ILogger logger, string host);

    [LoggerMessage(7004, LogLevel.Warning, "Web console: refused a request from a page of '{Origin}'")]
    static partial void LogForeign(ILogger logger, string origin);

    [LoggerMessage(7005, LogLevel.Error, "Web console: {Path}: unexpected failure; please report it")]
    static partial void LogFailed(ILogger logger, string path, Exception exception);
}
