using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Actions;

/// <summary>
/// Runs actions by their schedules: one loop with one timer for all servers. A run is left out while an earlier one of the same action waits or runs, and what was missed,
/// because the machine slept or its clock was set, is not made up for.
/// </summary>
/// <remarks>
/// <c>every</c> goes by the monotonic clock, and only while the bridge is connected to its broker: such runs are for what they publish. <c>cron</c> goes by the
/// clock on the wall, and always: such runs are for what they do.
/// </remarks>
internal sealed partial class ActionScheduler
{
    /// <summary>How late a run by cron may be; later it counts as missed. More than <see cref="LongestNap"/>.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>How often the clock on the wall is looked at, at least: somebody may set it, and the machine may sleep.</summary>
    private static readonly TimeSpan LongestNap = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly PriorityQueue<Plan, TimeSpan> _every = new();
    private readonly PriorityQueue<Plan, DateTimeOffset> _cron = new();
    private readonly List<Plan> _held = [];
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _startedAt;
    private readonly IReadOnlyList<Plan> _plans;
    private DateTimeOffset _lastSeen;
    private volatile bool _isActive;

    // Holds one signal at the most: that there is something to look at.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    public ActionScheduler(IEnumerable<ScheduledAction> actions, TimeProvider time, ILogger<ActionScheduler> logger)
    {
        _time = time;
        _logger = logger;
        _startedAt = time.GetTimestamp();
        ScheduledAction[] scheduled = [.. actions];
        _plans =
        [
            .. scheduled.Select((action, index) => new Plan(action, OffsetOf(index, scheduled.Length), time.LocalTimeZone)),
        ];
    }

    private TimeSpan Elapsed => _time.GetElapsedTime(_startedAt);

    /// <summary>Tells whether the bridge is connected to its broker. Any thread.</summary>
    public void SetActive(bool isActive)
    {
        _isActive = isActive;
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Runs actions until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        foreach (var plan in _plans.Where(plan => plan.Cron is null))
        {
            _every.Enqueue(plan, Elapsed + plan.Offset);
        }

        PlanCron(_time.GetUtcNow());
        try
        {
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                RunEvery(Elapsed);
                RunCron(_time.GetUtcNow());
                await WaitAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // While waiting for the next run.
        }
    }

    private void RunEvery(TimeSpan now)
    {
        if (_isActive)
        {
            foreach (var plan in _held)
            {
                _every.Enqueue(plan, now + plan.Offset);
            }

            _held.Clear();
        }

        while (_every.TryPeek(out var plan, out var due) && due <= now)
        {
            _every.Dequeue();
            if (!_isActive)
            {
                _held.Add(plan);
                continue;
            }

            Run(plan);
            var missed = Math.Floor((now - due) / plan.Interval);
            _every.Enqueue(plan, due + (missed + 1) * plan.Interval);
        }
    }

    private void RunCron(DateTimeOffset now)
    {
        if (now < _lastSeen - Patience)
        {
            PlanCron(now);
        }

        _lastSeen = now;
        while (_cron.TryPeek(out var plan, out var due) && due <= now)
        {
            _cron.Dequeue();
            if (now - due > Patience)
            {
                LogMissed(plan.ServerId, plan.Name, due);
            }
            else
            {
                Run(plan);
            }

            PlanNext(plan, now);
        }
    }

    private void PlanCron(DateTimeOffset now)
    {
        _lastSeen = now;
        _cron.Clear();
        foreach (var plan in _plans.Where(plan => plan.Cron is not null))
        {
            PlanNext(plan, now);
        }
    }

    private void PlanNext(Plan plan, DateTimeOffset now)
    {
        if (plan.Cron!.Next(now, plan.Zone) is { } next)
        {
            _cron.Enqueue(plan, next + plan.Offset);
        }
    }

    private void Run(Plan plan)
    {
        try
        {
            if (plan.Scheduled.IsUnderWay())
            {
                LogLeftOut(plan.ServerId, plan.Name);
                return;
            }

            var origin = new CommandOrigin(plan.ServerId, CommandOrigin.ScheduleTopic, _time.GetUtcNow(), _time.GetTimestamp())
            {
                Source = CommandSource.Schedule,
            };
            plan.Scheduled.Submit(plan.Scheduled.Action.ToCommand(null, origin));
        }
        catch (Exception exception)
        {
            // One action's fault must not end all schedules.
            LogUnexpected(plan.ServerId, plan.Name, exception);
        }
    }

    /// <summary>Waits until the next run is due, or there is news of the broker.</summary>
    private async Task WaitAsync(CancellationToken stop)
    {
        var wait = LongestWait;
        if (_every.TryPeek(out _, out var due))
        {
            wait = Shorter(wait, due - Elapsed);
        }

        if (_cron.TryPeek(out _, out var at))
        {
            wait = Shorter(Shorter(wait, LongestNap), at - _time.GetUtcNow());
        }

        // A timer drops what is less than a millisecond, and would fire too early.
        using var timer = new CancellationTokenSource(
            TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds))),
            _time
        );
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        try
        {
            await _signal.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // It is time.
        }
    }

    /// <summary>A hundredth of a second apart, and ten seconds for all at the most.</summary>
    private static TimeSpan OffsetOf(int index, int count) =>
        TimeSpan.FromMilliseconds(Math.Floor(index * Math.Min(10, 10_000.0 / count)));

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    [LoggerMessage(4200, LogLevel.Debug, "{Server}: {Action} is not run now: an earlier run has not ended")]
    private partial void LogLeftOut(string server, string action);

    [LoggerMessage(4201, LogLevel.Warning, "{Server}: {Action} was to be run at {Due}; the machine slept, or its clock was set")]
    private partial void LogMissed(string server, string action, DateTimeOffset due);

    [LoggerMessage(4202, LogLevel.Error, "{Server}: {Action}: unexpected failure of its schedule; please report it")]
    private partial void LogUnexpected(string server, string action, Exception exception);

    /// <summary>What is known of one schedule.</summary>
    private sealed class Plan(ScheduledAction scheduled, TimeSpan offset, TimeZoneInfo zone)
    {
        public ScheduledAction Scheduled => scheduled;
        public string ServerId => scheduled.ServerId;
        public string Name => scheduled.Action.Options.Name;

        /// <summary>How long after the others it is run, so that not all are run at once.</summary>
        public TimeSpan Offset => offset;

        /// <summary>Of <c>every</c>.</summary>
        public TimeSpan Interval { get; } =
            scheduled.Action.Options.Schedule is ActionSchedule.Every every ? every.Interval : TimeSpan.Zero;

        /// <summary>Of <c>cron</c>; null for <c>every</c>.</summary>
        public CronSchedule? Cron { get; } =
            scheduled.Action.Options.Schedule is ActionSchedule.Cron cron ? CronSchedule.Parse(cron.Expression) : null;

        /// <summary>The time zone of <see cref="Cron"/>.</summary>
        public TimeZoneInfo Zone => zone;
    }
}
