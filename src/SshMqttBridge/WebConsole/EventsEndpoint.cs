using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using SshMqttBridge.Events;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// <c>/api/events</c>: the bridge's events as Server-Sent Events (HTML, section 9.2), until the browser disconnects or does not
/// keep up, or its session ends.
/// </summary>
internal sealed class EventsEndpoint(
    EventBus bus,
    SignedCookie sessions,
    ConsoleShutdown shutdown,
    StartTime startTime,
    TimeProvider time
)
{
    public const int MaximumStreams = 32;

    /// <summary>The size of a batch of events.</summary>
    private const int BatchBytes = 64 * 1024;

    /// <summary>The page reconnects after a silence of three times this interval (live.js).</summary>
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    private int _streams;

    public async Task GetAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref _streams) > MaximumStreams)
        {
            Interlocked.Decrement(ref _streams);
            context.Response.Headers.RetryAfter = "10";
            await context.Response.RefuseAsync(
                StatusCodes.Status503ServiceUnavailable,
                $"{MaximumStreams} pages are already connected; close one."
            );
            return;
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(shutdown.Started, context.RequestAborted);
            await StreamAsync(context, either.Token);
        }
        catch (OperationCanceledException) when (shutdown.Started.IsCancellationRequested)
        {
            // When the stream ends, the browser reconnects until the bridge is back.
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }

    private async Task StreamAsync(HttpContext context, CancellationToken stop)
    {
        var session = RequestGuard.SessionOf(context);
        var response = context.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        // A proxy that buffers responses (nginx) would delay the events.
        response.Headers["X-Accel-Buffering"] = "no";
        using var events = bus.Subscribe();
        var frames = new EventFrames();
        frames.AddHello(startTime.Value);
        await SendAsync(response.BodyWriter, frames, stop);
        Task<bool>? more = null;
        while (!sessions.IsEnded(session))
        {
            try
            {
                more ??= events.WaitAsync(stop).AsTask();
                if (!await more.WaitAsync(PingInterval, time, stop))
                {
                    return;
                }

                more = null;
                while (frames.Written.Length < BatchBytes && events.TryTake(out var serverEvent))
                {
                    frames.Add(serverEvent);
                }
            }
            catch (TimeoutException)
            {
                frames.AddPing();
            }

            await SendAsync(response.BodyWriter, frames, stop);
        }
    }

    private static async Task SendAsync(PipeWriter body, EventFrames frames, CancellationToken stop)
    {
        await body.WriteAsync(frames.Written, stop);
        frames.Clear();
    }
}
