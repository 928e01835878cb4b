using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SshMqttBridge.Commands;
using SshMqttBridge.Feed;

namespace SshMqttBridge.WebConsole;

/// <summary><c>/api/events</c>: what happens, as Server-Sent Events (HTML, section 9.2), until the browser goes, falls behind or has no session any more.</summary>
/// <param name="world">The bridge.</param>
/// <param name="sessions">Tells whether a session has been ended.</param>
/// <param name="closing">Cancelled when the bridge stops.</param>
internal sealed class EventsEndpoint(ConsoleWorld world, SessionCookies sessions, CancellationToken closing)
{
    /// <summary>How many may listen at once.</summary>
    public const int MostListeners = 32;

    private const int FlushBytes = 64 * 1024;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private int _listeners;

    public async Task GetAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref _listeners) > MostListeners)
        {
            Interlocked.Decrement(ref _listeners);
            context.Response.Headers.RetryAfter = "10";
            await context.Response.RefuseAsync(
                StatusCodes.Status503ServiceUnavailable,
                $"{MostListeners} pages listen already; close one."
            );
            return;
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(closing, context.RequestAborted);
            await StreamAsync(context, either.Token);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The stream's end tells the browser to come again, and it will until the bridge is back.
        }
        finally
        {
            Interlocked.Decrement(ref _listeners);
        }
    }

    private async Task StreamAsync(HttpContext context, CancellationToken stop)
    {
        var session = RequestGuard.SessionOf(context);
        var response = context.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        // A proxy that gathers answers before it passes them on (nginx) would hold all this back.
        response.Headers["X-Accel-Buffering"] = "no";
        using var events = world.Feed.Listen();
        var body = response.BodyWriter;
        using var json = new Utf8JsonWriter(body, BridgeJson.Writer);
        body.Write("retry: 1000\n\n"u8);
        WriteHello(body, json);
        await body.FlushAsync(stop);
        Task<bool>? more = null;
        while (!sessions.IsEnded(session))
        {
            try
            {
                more ??= events.WaitAsync(stop).AsTask();
                if (!await more.WaitAsync(Heartbeat, world.Time, stop))
                {
                    return;
                }

                more = null;
                for (long written = 0; written < FlushBytes && events.TryTake(out var happened); )
                {
                    written += Write(body, json, happened);
                }
            }
            catch (TimeoutException)
            {
                body.Write(":\n\n"u8);
            }

            await body.FlushAsync(stop);
        }
    }

    private void WriteHello(PipeWriter body, Utf8JsonWriter json)
    {
        body.Write("event: hello\ndata: "u8);
        json.WriteStartObject();
        json.WriteString("startedAt", EventJson.Time(world.StartedAt));
        json.WriteEndObject();
        End(body, json);
    }

    private static long Write(PipeWriter body, Utf8JsonWriter json, FeedEvent happened)
    {
        body.Write("event: "u8);
        body.Write(Encoding.ASCII.GetBytes(EventJson.NameOf(happened)));
        body.Write("\ndata: "u8);
        EventJson.Write(json, happened);
        return End(body, json);
    }

    /// <summary>JSON has no line ends of its own, so a single data line holds it.</summary>
    private static long End(PipeWriter body, Utf8JsonWriter json)
    {
        json.Flush();
        var written = json.BytesCommitted;
        json.Reset();
        body.Write("\n\n"u8);
        return written;
    }
}
