using Microsoft.Extensions.Logging;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// Limits the log messages that clients can cause without signing in, to 20 in any minute. One of them reports how many were
/// left out. Thread-safe.
/// </summary>
internal sealed partial class LogBudget(TimeProvider time, ILogger<LogBudget> logger) : IDisposable
{
    /// <summary>Besides the report.</summary>
    public const int MaximumMessages = 19;

    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Queue<long> _taken = new();
    private ITimer? _report;
    private int _omitted;

    /// <summary>Whether a message may be logged; if not, it is counted.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            while (_taken.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= Period)
            {
                _taken.Dequeue();
            }

            if (_taken.Count < MaximumMessages)
            {
                _taken.Enqueue(now);
                return true;
            }

            if (_omitted++ == 0)
            {
                _report ??= time.CreateTimer(_ => Report(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _report.Change(Period, Timeout.InfiniteTimeSpan);
            }

            return false;
        }
    }

    public void Dispose()
    {
        _report?.Dispose();
        Report();
    }

    private void Report()
    {
        int omitted;
        lock (_gate)
        {
            (omitted, _omitted) = (_omitted, 0);
        }

        if (omitted > 0)
        {
            LogOmitted(logger, omitted);
        }
    }

    [LoggerMessage(
        7008,
        LogLevel.Warning,
        "Web console: {Count} more messages about clients that are not signed in were not logged"
    )]
    static partial void LogOmitted(ILogger logger, int count);
}
