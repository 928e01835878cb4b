using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>Finds out that a connection is gone, also where nobody says so: a link that swallows packets, a server that was stopped.</summary>
internal static class KeepAlive
{
    /// <summary>The questions to many servers fall on common beats: threads are woken once for several of them, not for each.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks for a sign of life at each interval, busy or idle, until the connection is gone or none comes for so many intervals.</summary>
    /// <returns>How it ended, in words.</returns>
    public static async Task<string> WatchAsync(LiveSession live, TimeSpan interval, int count, TimeProvider time)
    {
        var disconnected = live.Session.Disconnected;
        try
        {
            while (true)
            {
                await Task.Delay(UntilBeat(interval, time), time, disconnected);
                using var deadline = new CancellationTokenSource(interval * count, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, disconnected);
                try
                {
                    await live.PingAsync(either.Token);
                }
                catch (OperationCanceledException) when (deadline.IsCancellationRequested)
                {
                    return $"No sign of life for {(interval * (count + 1)).TotalSeconds} s.";
                }
            }
        }
        catch (SshConnectionException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException)
        {
            return "The connection was closed by the server or the network.";
        }
    }

    private static TimeSpan UntilBeat(TimeSpan interval, TimeProvider time)
    {
        // In whole milliseconds, as timers count: one that was a fraction early would have the next wait a beat short.
        var late = Math.Floor(time.GetElapsedTime(0).TotalMilliseconds % Beat.TotalMilliseconds);
        return interval > Beat * 4 ? interval - TimeSpan.FromMilliseconds(late) : interval;
    }
}
