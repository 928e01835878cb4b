using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Policies;

namespace SshMqttBridge.WebConsole;

/// <summary><c>/api/session</c>: the token for a cookie and a key.</summary>
internal sealed partial class SessionEndpoint(
    ConsoleToken token,
    ConsoleCookies cookies,
    PageKey pages,
    LoginThrottle throttle,
    RateLimiter logLimit,
    ILogger<SessionEndpoint> logger
)
{
    private const int LargestBody = 4096;

    /// <summary>Begins a session: 204 with a cookie and the page's key, 401, or 429 with how long to wait.</summary>
    public async Task BeginAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (TokenIn(await request.ReadAsync(LargestBody)) is not { } given)
        {
            await response.RefuseAsync(StatusCodes.Status400BadRequest, """The body must be {"token":"…"}.""");
            return;
        }

        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var browser = cookies.Browsers.Find(request.Cookies[cookies.Browsers.Name], out _);
        var wait = browser is null ? throttle.Try(address) : throttle.TryKnown(browser);
        if (wait > TimeSpan.Zero)
        {
            var seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            response.Headers.RetryAfter = seconds;
            await response.RefuseAsync(StatusCodes.Status429TooManyRequests, $"Too many wrong tokens; try again in {seconds} s.");
            return;
        }

        if (!token.Is(given))
        {
            if (logLimit.Take() == TimeSpan.Zero)
            {
                LogInvalidToken(logger, address);
            }

            await response.RefuseAsync(StatusCodes.Status401Unauthorized, "This is not the token.");
            return;
        }

        LogBegun(logger, address);
        throttle.Forgive(address, browser);
        var session = cookies.Sessions.MakeNew();
        RequestGuard.SetCookie(response, cookies.Sessions, session);
        response.Headers[PageKey.Header] = pages.Of(cookies.Sessions.Find(session, out _)!);
        RequestGuard.SetCookie(response, cookies.Browsers, cookies.Browsers.MakeNew());
        response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Ends the session, if there is one, and takes the cookie away.</summary>
    public Task EndAsync(HttpContext context)
    {
        if (cookies.Sessions.Find(context.Request.Cookies[cookies.Sessions.Name], out _) is { } session)
        {
            cookies.Sessions.End(session);
        }

        context.Response.Cookies.Delete(
            cookies.Sessions.Name,
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = RequestGuard.IsOverTls(context.Request),
                Path = "/",
            }
        );
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static string? TokenIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("token", out var value)
                && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null; // Half a surrogate pair is an InvalidOperationException.
        }
    }

    [LoggerMessage(7006, LogLevel.Warning, "Web console: a wrong token from {Address}")]
    static partial void LogInvalidToken(ILogger logger, IPAddress address);

    [LoggerMessage(7007, LogLevel.Information, "Web console: a session begins from {Address}")]
    static partial void LogBegun(ILogger logger, IPAddress address);
}
