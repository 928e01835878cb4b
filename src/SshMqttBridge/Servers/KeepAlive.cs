using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Detects a lost connection without any notification, for example behind a link that drops packets, or with a suspended server.
/// </summary>
/// <param name="options">The server, with the interval and the number of unanswered requests.</param>
/// <param name="session">The session to watch.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs once if the server does not answer the first request in time.</param>
internal sealed partial class KeepAlive(ServerOptions options, SharedSession session, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan MinimumCoalescedInterval = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _limit = options.KeepAlive * (options.KeepAliveCount + 1);
    private readonly CancellationToken _disconnected = session.Session.Disconnected;
    private bool _isReported;

    /// <summary>
    /// Sends a keep-alive request at each interval, busy or idle, until the connection is lost or the server has neither answered
    /// nor sent anything else for <see cref="ServerOptions.KeepAliveCount"/> intervals.
    /// </summary>
    /// <returns>Why the connection ended, in words.</returns>
    public async Task<string> WatchAsync()
    {
        try
        {
            do
            {
                await Task.Delay(TimerCoalescing.Before(options.KeepAlive, MinimumCoalescedInterval, time), time, _disconnected);
            } while (await IsAliveAsync());

            var message = $"The server did not respond for {_limit.TotalSeconds} s.";
            return session.AnswersPings
                ? message
                : $"{message} It has not answered any keep-alive request; if it never does, increase keepAlive or keepAliveCount.";
        }
        catch (SshConnectionException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException)
        {
            return session.LossReason ?? "The connection was closed by the server or the network.";
        }
    }

    /// <summary>
    /// Sends requests until one is answered, or until nothing has arrived for too long. Some servers answer none, but whatever
    /// they send shows that they are alive.
    /// </summary>
    private async Task<bool> IsAliveAsync()
    {
        var silentSince = time.GetTimestamp();
        var received = session.Session.ReceivedBytes;
        while (options.KeepAlive * options.KeepAliveCount - time.GetElapsedTime(silentSince) is var left && left > TimeSpan.Zero)
        {
            if (await AnswersAsync(left < options.KeepAlive ? left : options.KeepAlive))
            {
                return true;
            }

            if (session.Session.ReceivedBytes is var now && now != received)
            {
                (received, silentSince) = (now, time.GetTimestamp());
            }
        }

        return false;
    }

    private async Task<bool> AnswersAsync(TimeSpan within)
    {
        using Deadline deadline = new(within, time, _disconnected);
        try
        {
            await session.PingAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            if (!session.AnswersPings && !_isReported)
            {
                _isReported = true;
                LogUnanswered(options.Id, _limit.TotalSeconds);
            }

            return false;
        }
    }

    [LoggerMessage(
        2008,
        LogLevel.Warning,
        "{Server}: no reply to the keep-alive request. If the server never replies, the connection is lost whenever it sends nothing "
            + "for {Seconds} s: increase keepAlive or keepAliveCount"
    )]
    private partial void LogUnanswered(string server, double seconds);
}
