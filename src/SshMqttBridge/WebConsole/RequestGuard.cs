using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;

namespace SshMqttBridge.WebConsole;

/// <summary>Checks host, origin and session of every request, and sets the security headers of the response.</summary>
internal sealed partial class RequestGuard(
    ConsoleHosts hosts,
    ConsoleOrigins origins,
    SignedCookie sessions,
    PageKey pages,
    DownloadLinks links,
    LogBudget budget,
    ILogger<RequestGuard> logger
)
{
    private const string SessionItem = "session";

    private readonly string _contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + $"form-action 'none'; frame-ancestors {origins.FrameAncestors}; base-uri 'none'";

    /// <summary>The session of an accepted request.</summary>
    public static string SessionOf(HttpContext context) => (string)context.Items[SessionItem]!;

    /// <summary>Passes the request to the next handler, or rejects it.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var (request, response) = (context.Request, context.Response);
        var isApi = request.Path.StartsWithSegments("/api");
        SetHeaders(response.Headers, isApi);
        var connection = context.Features.Get<ClientConnection>();
        connection?.BeginRequest();
        try
        {
            if (!hosts.Allows(request.Host.Host))
            {
                if (budget.TryTake())
                {
                    LogUnknownHost(logger, Truncate(request.Host.Value));
                }

                await response.RefuseAsync(
                    StatusCodes.Status421MisdirectedRequest,
                    "Unknown host name. To allow it, add it to webConsole.hostNames."
                );
            }
            else if (!isApi || await IsAllowedAsync(request, response))
            {
                await next(context);
            }
        }
        catch (BadHttpRequestException exception) when (!response.HasStarted)
        {
            // Too large, too slow or malformed; Kestrel provides the status.
            await response.RefuseAsync(exception.StatusCode, "The request is too large or malformed.");
        }
        catch (Exception exception) when (IsConnectionFailure(exception, context))
        {
            context.Abort(); // The client disconnected, or the bridge is shutting down.
        }
        catch (Exception exception)
        {
            if (context.Items.ContainsKey(SessionItem) || budget.TryTake())
            {
                LogFailed(logger, request.Path.Value is { } path ? Truncate(path) : "", exception);
            }

            if (response.HasStarted)
            {
                context.Abort();
                return;
            }

            await response.RefuseAsync(StatusCodes.Status500InternalServerError, "Internal error; see the log of the bridge.");
        }
        finally
        {
            connection?.EndRequest();
        }
    }

    /// <summary>An IOException may also come from a file of the bridge: that is an internal error.</summary>
    private static bool IsConnectionFailure(Exception exception, HttpContext context) =>
        exception is OperationCanceledException or ConnectionResetException or ConnectionAbortedException
        || (exception is IOException && context.RequestAborted.IsCancellationRequested);

    private async Task<bool> IsAllowedAsync(HttpRequest request, HttpResponse response)
    {
        if (!IsSameOrigin(request))
        {
            if (budget.TryTake())
            {
                LogForeign(logger, Truncate(request.Headers.Origin.ToString()));
            }

            await response.RefuseAsync(StatusCodes.Status403Forbidden, "Only the console's own page may send this request.");
            return false;
        }

        if (HttpMethods.IsPost(request.Method) && !IsJson(request.ContentType))
        {
            await response.RefuseAsync(StatusCodes.Status415UnsupportedMediaType, "The Content-Type must be application/json.");
            return false;
        }

        if (
            sessions.Find(request.Cookies[sessions.Name], out var renewed) is { } session
            && (pages.Is(session, request.Headers[PageKey.Header]) || links.Accepts(session, request))
        )
        {
            request.HttpContext.Items[SessionItem] = session;
            request.HttpContext.Features.Get<ClientConnection>()?.SignIn();
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

        await response.RefuseAsync(StatusCodes.Status401Unauthorized, "Sign in first.");
        return false;
    }

    /// <summary>Sets a cookie that scripts cannot read and that requests from other sites do not include.</summary>
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
    /// Whether the browser uses TLS, possibly to a proxy that sets X-Forwarded-Proto. A client can forge the header, but
    /// affects only itself: its browser stores a cookie that it does not send without TLS.
    /// </summary>
    public static bool IsOverTls(HttpRequest request) =>
        request.IsHttps || request.Headers["X-Forwarded-Proto"].ToString().Equals("https", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether the request comes from the console's own page, or from no page. A request that changes something must prove it
    /// by its origin (RFC 6454) or Fetch Metadata, neither of which a page can forge.
    /// </summary>
    private bool IsSameOrigin(HttpRequest request)
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

        // https to a proxy in front of a console without TLS; or a proxy that replaces the Host header.
        return origins.Allows(origin)
            || origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase)
            || origin.Equals($"https://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Another page can send this type only after a preflight request.</summary>
    private static bool IsJson(string? contentType) =>
        contentType is not null
        && contentType.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);

    private void SetHeaders(IHeaderDictionary headers, bool isApi)
    {
        headers.ContentSecurityPolicy = _contentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        if (!origins.AllowsFrames)
        {
            headers.XFrameOptions = "DENY"; // It has no form for certain origins; the policy has.
        }

        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        if (isApi)
        {
            headers.CacheControl = "no-store";
        }
    }

    private static string Truncate(string? text) => Printable.Text(text ?? "", 100);

    [LoggerMessage(7003, LogLevel.Warning, "Web console: Rejected a request for the unknown host '{Host}'")]
    static partial void LogUnknownHost(ILogger logger, string host);

    [LoggerMessage(7004, LogLevel.Warning, "Web console: Rejected a request from the foreign origin '{Origin}'")]
    static partial void LogForeign(ILogger logger, string origin);

    [LoggerMessage(7005, LogLevel.Error, "Web console: Unexpected failure of {Path}; please report it")]
    static partial void LogFailed(ILogger logger, string path, Exception exception);
}
