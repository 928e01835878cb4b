using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using SshMqttBridge.Events;

namespace SshMqttBridge.WebConsole;

/// <summary><c>/api/events</c>: what happens, as Server-Sent Events (HTML, section 9.2), until the browser goes, falls behind or has no session any more.</summary>
internal sealed class EventsEndpoint(
    EventBus bus,
    ConsoleCookies cookies,
    ConsoleShutdown shutdown,
    StartTime startTime,
    TimeProvider time
)
{
    /// <summary>How many may listen at once.</summary>
    public const int MostListeners = 32;

    /// <summary>How much is gathered before it is sent.</summary>
    private const int MostSentBytes = 64 * 1024;

    /// <summary>How long nothing may be sent. The page gives a stream up that is silent for three times as long (live.js).</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

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
            using var either = CancellationTokenSource.CreateLinkedTokenSource(shutdown.Started, context.RequestAborted);
            await StreamAsync(context, either.Token);
        }
        catch (OperationCanceledException) when (shutdown.Started.IsCancellationRequested)
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
        using var events = bus.Subscribe();
        var frames = new EventFrames();
        frames.AddHello(startTime.Value);
        await SendAsync(response.BodyWriter, frames, stop);
        Task<bool>? more = null;
        while (!cookies.Sessions.IsEnded(session))
        {
            try
            {
                more ??= events.WaitAsync(stop).AsTask();
                if (!await more.WaitAsync(LongestSilence, time, stop))
                {
                    return;
                }

                more = null;
                while (frames.Written.Length < MostSentBytes && events.TryTake(out var happened))
                {
                    frames.Add(happened);
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
