using SshMqttBridge.Common;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Detects a lost connection without any notification, for example behind a link that drops packets, or with a suspended server.
/// </summary>
internal static class KeepAlive
{
    private static readonly TimeSpan MinimumCoalescedInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Sends a keep-alive request at each interval, busy or idle, until the connection is lost or the server does not answer for
    /// <paramref name="count"/> intervals.
    /// </summary>
    /// <returns>Why the connection ended, in words.</returns>
    public static async Task<string> WatchAsync(SharedSession session, TimeSpan interval, int count, TimeProvider time)
    {
        var disconnected = session.Session.Disconnected;
        try
        {
            while (true)
            {
                await Task.Delay(TimerCoalescing.Before(interval, MinimumCoalescedInterval, time), time, disconnected);
                using Deadline deadline = new(interval * count, time, disconnected);
                try
                {
                    await session.PingAsync(deadline.Token);
                }
                catch (OperationCanceledException) when (deadline.HasPassed)
                {
                    return $"The server did not respond for {(interval * (count + 1)).TotalSeconds} s.";
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
