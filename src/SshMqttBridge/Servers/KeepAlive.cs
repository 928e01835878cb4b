using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>Finds out that a connection is gone, also where nobody says so: a link that swallows packets, a server that was stopped.</summary>
internal static class KeepAlive
{
    private static readonly TimeSpan LongInterval = TimeSpan.FromSeconds(2);

    /// <summary>Asks for a sign of life at each interval, busy or idle, until the connection is gone or none comes for so many intervals.</summary>
    /// <returns>How it ended, in words.</returns>
    public static async Task<string> WatchAsync(SharedSession live, TimeSpan interval, int count, TimeProvider time)
    {
        var disconnected = live.Session.Disconnected;
        try
        {
            while (true)
            {
                await Task.Delay(TimerCoalescing.Before(interval, LongInterval, time), time, disconnected);
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
}
