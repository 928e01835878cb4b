using System.Diagnostics;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>
/// Pings when nothing was received or nothing was sent for the keep-alive interval, and ends the connection when nothing was
/// received for one and a half intervals. Sent messages do not count: a broker that hangs still accepts data.
/// </summary>
internal static class KeepAliveWatch
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);

    /// <summary>After the process itself was stopped: how long to read what the broker has sent meanwhile.</summary>
    private static readonly TimeSpan LastReadTime = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns true when the broker is silent, false when the token was cancelled.</summary>
    public static async Task<bool> RunAsync(BrokerChannel channel, TimeSpan interval, CancellationToken end)
    {
        var deadline = interval * 1.5;
        var hasPinged = false;
        var isLate = false;
        while (!end.IsCancellationRequested)
        {
            var (silence, idle) = (channel.Silence, channel.Idle);
            if (silence >= deadline && !isLate)
            {
                return true;
            }

            if (silence >= deadline)
            {
                isLate = false;
                await Task.Delay(LastReadTime, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            // One ping is enough for one silence.
            hasPinged &= silence >= interval;
            if (idle >= interval || silence >= interval && !hasPinged)
            {
                channel.Ping();
                hasPinged = silence >= interval;
                idle = TimeSpan.Zero;
            }

            var untilSilent = (hasPinged ? deadline : interval) - silence;
            var wait = Max(Shortest, Min(untilSilent, interval - idle));
            var start = Stopwatch.GetTimestamp();
            await Task.Delay(wait, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            isLate = Stopwatch.GetElapsedTime(start) - wait >= interval / 2;
        }

        return false;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
