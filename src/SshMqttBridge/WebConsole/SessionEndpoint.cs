using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Policies;

namespace SshMqttBridge.WebConsole;

/// <summary><c>/api/session</c>: signing in and out.</summary>
internal sealed partial class SessionEndpoint(
    ConsoleToken token,
    ConsoleCookies cookies,
    PageKey pages,
    LoginThrottle throttle,
    RateLimiter logLimit,
    ILogger<SessionEndpoint> logger
)
{
    private const int MaximumBodyBytes = 4096;

    /// <summary>Signs in: 204 with a cookie and the page's key, 401, or 429 with the time to wait.</summary>
    public async Task BeginAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (TokenIn(await request.ReadAsync(MaximumBodyBytes)) is not { } given)
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
            await response.RefuseAsync(
                StatusCodes.Status429TooManyRequests,
                $"Too many failed sign-ins. Try again in {seconds} s."
            );
            return;
        }

        if (!token.Is(given))
        {
            if (logLimit.Take() == TimeSpan.Zero)
            {
                LogInvalidToken(logger, address);
            }

            await response.RefuseAsync(StatusCodes.Status401Unauthorized, "Invalid token.");
            return;
        }

        LogSignedIn(logger, address);
        throttle.Reset(address, browser);
        var session = cookies.Sessions.CreateNew();
        RequestGuard.SetCookie(response, cookies.Sessions, session);
        response.Headers[PageKey.Header] = pages.Of(cookies.Sessions.Find(session, out _)!);
        RequestGuard.SetCookie(response, cookies.Browsers, cookies.Browsers.CreateNew());
        response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Signs out: ends the session, if any, and deletes its cookie.</summary>
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
            return null; // An unpaired surrogate causes an InvalidOperationException.
        }
    }

    [LoggerMessage(7006, LogLevel.Warning, "Web console: invalid token from {Address}")]
    static partial void LogInvalidToken(ILogger logger, IPAddress address);

    [LoggerMessage(7007, LogLevel.Information, "Web console: sign-in from {Address}")]
    static partial void LogSignedIn(ILogger logger, IPAddress address);
}
