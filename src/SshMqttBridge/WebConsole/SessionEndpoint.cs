using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SshMqttBridge.WebConsole;

/// <summary><c>/api/session</c>: signing in and out.</summary>
internal sealed partial class SessionEndpoint(
    ConsoleToken token,
    SignedCookie sessions,
    PageKey pages,
    LoginThrottle throttle,
    LogBudget budget,
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
        if (!token.Is(given))
        {
            await RefuseTokenAsync(response, address);
            return;
        }

        LogSignedIn(logger, address);
        throttle.Reset(address);
        context.Features.Get<ClientConnection>()?.SignIn();
        var session = sessions.CreateNew();
        RequestGuard.SetCookie(response, sessions, session);
        response.Headers[PageKey.Header] = pages.Of(sessions.Find(session, out _)!);
        response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Signs out: ends the session, if any, and deletes its cookie.</summary>
    public Task EndAsync(HttpContext context)
    {
        if (sessions.Find(context.Request.Cookies[sessions.Name], out _) is { } session)
        {
            sessions.End(session);
        }

        context.Response.Cookies.Delete(
            sessions.Name,
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

    private Task RefuseTokenAsync(HttpResponse response, IPAddress address)
    {
        var wait = throttle.Try(address);
        if (wait > TimeSpan.Zero)
        {
            var seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            response.Headers.RetryAfter = seconds;
            return response.RefuseAsync(
                StatusCodes.Status429TooManyRequests,
                $"Invalid token, and too many failed sign-ins. Try again in {seconds} s."
            );
        }

        if (budget.TryTake())
        {
            LogInvalidToken(logger, address);
        }

        return response.RefuseAsync(StatusCodes.Status401Unauthorized, "Invalid token.");
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
