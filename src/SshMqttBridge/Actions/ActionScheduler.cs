using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Actions;

/// <summary>
/// Runs actions by their schedules: one loop with one timer for all servers. Skips a run while a previous one of the same
/// action is queued or running, and does not make up for runs missed while the machine was suspended or its clock was changed.
/// </summary>
/// <remarks>
/// <c>every</c> uses the monotonic clock, and runs only while the bridge is connected to its broker: the purpose of such runs
/// is what they publish. <c>cron</c> uses the wall clock, and always runs: its purpose is what the command does.
/// </remarks>
internal sealed partial class ActionScheduler
{
    /// <summary>How late a <c>cron</c> run may start; later it is skipped. More than <see cref="MaximumClockCheck"/>.</summary>
    private static readonly TimeSpan MaximumDelay = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The longest interval between checks of the wall clock: it may be changed, and the machine may be suspended.
    /// </summary>
    private static readonly TimeSpan MaximumClockCheck = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MaximumWait = TimeSpan.FromDays(1);

    private readonly PriorityQueue<Plan, TimeSpan> _every = new();
    private readonly PriorityQueue<Plan, DateTimeOffset> _cron = new();
    private readonly List<Plan> _held = [];
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _startedAt;
    private IReadOnlyList<Plan> _plans;
    private IReadOnlyList<ScheduledAction>? _reloaded;
    private DateTimeOffset _lastSeen;
    private volatile bool _isActive;

    // Holds at most one signal: the connection to the broker changed.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    public ActionScheduler(IEnumerable<ScheduledAction> actions, TimeProvider time, ILogger<ActionScheduler> logger)
    {
        _time = time;
        _logger = logger;
        _startedAt = time.GetTimestamp();
        _plans = PlansOf([.. actions]);
    }

    private TimeSpan Elapsed => _time.GetElapsedTime(_startedAt);

    /// <summary>Sets whether the bridge is connected to its broker. Thread-safe.</summary>
    public void SetActive(bool isActive)
    {
        _isActive = isActive;
        _signal.Writer.TryWrite(true);
    }

    /// <summary>
    /// Replaces the scheduled actions soon. Those that have not changed keep their times; the others begin as after a start.
    /// Thread-safe.
    /// </summary>
    public void Reload(IEnumerable<ScheduledAction> actions)
    {
        Volatile.Write(ref _reloaded, [.. actions]);
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Runs actions until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        PlanEvery(_plans);
        PlanCron(_time.GetUtcNow());
        try
        {
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                TakeReloaded();
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

    private void TakeReloaded()
    {
        if (Interlocked.Exchange(ref _reloaded, null) is not { } reloaded)
        {
            return;
        }

        var before = _plans.ToDictionary(plan => plan.Key);
        _plans = [.. PlansOf(reloaded).Select(plan => before.GetValueOrDefault(plan.Key)?.For(plan.Scheduled) ?? plan)];
        HashSet<Plan> kept = [.. _plans];
        _held.RemoveAll(plan => !kept.Contains(plan));
        Keep(_every, kept);
        Keep(_cron, kept);
        Plan[] added = [.. _plans.Except(before.Values)];
        PlanEvery(added);
        PlanNext(added, _time.GetUtcNow());
    }

    private static void Keep<TTime>(PriorityQueue<Plan, TTime> queue, HashSet<Plan> kept)
    {
        (Plan, TTime)[] due = [.. queue.UnorderedItems.Where(item => kept.Contains(item.Element))];
        queue.Clear();
        queue.EnqueueRange(due);
    }

    private void PlanEvery(IEnumerable<Plan> plans)
    {
        foreach (var plan in plans.Where(plan => plan.Cron is null))
        {
            _every.Enqueue(plan, Elapsed + plan.Offset);
        }
    }

    private Plan[] PlansOf(IReadOnlyList<ScheduledAction> scheduled) =>
        [.. scheduled.Select((action, index) => new Plan(action, OffsetOf(index, scheduled.Count), _time.LocalTimeZone))];

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
        if (now < _lastSeen - MaximumDelay)
        {
            PlanCron(now);
        }

        _lastSeen = now;
        while (_cron.TryPeek(out var plan, out var due) && due <= now)
        {
            _cron.Dequeue();
            if (now - due > MaximumDelay)
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
        PlanNext(_plans, now);
    }

    private void PlanNext(IEnumerable<Plan> plans, DateTimeOffset now)
    {
        foreach (var plan in plans.Where(plan => plan.Cron is not null))
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
            if (plan.Scheduled.IsRunning())
            {
                LogSkipped(plan.ServerId, plan.Name);
                return;
            }

            var origin = CommandOrigin.OfSchedule(plan.ServerId, _time);
            plan.Scheduled.Submit(plan.Scheduled.Action.ToScheduledCommand(origin));
        }
        catch (Exception exception)
        {
            // A failure of one action must not end all schedules.
            LogUnexpected(plan.ServerId, plan.Name, exception);
        }
    }

    /// <summary>Waits until the next run is due, or the connection to the broker changes.</summary>
    private async Task WaitAsync(CancellationToken stop)
    {
        var wait = MaximumWait;
        if (_every.TryPeek(out _, out var due))
        {
            wait = Shorter(wait, due - Elapsed);
        }

        if (_cron.TryPeek(out _, out var at))
        {
            wait = Shorter(Shorter(wait, MaximumClockCheck), at - _time.GetUtcNow());
        }

        using Deadline deadline = new(TimerTime.RoundUp(wait), _time, stop);
        try
        {
            await _signal.Reader.ReadAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            // The next run is due.
        }
    }

    /// <summary>Ten milliseconds apart, and at most ten seconds for all.</summary>
    private static TimeSpan OffsetOf(int index, int count) =>
        TimeSpan.FromMilliseconds(Math.Floor(index * Math.Min(10, 10_000.0 / count)));

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    [LoggerMessage(4200, LogLevel.Debug, "{Server}: Skipped {Action}: previous run still in progress")]
    private partial void LogSkipped(string server, string action);

    [LoggerMessage(
        4201,
        LogLevel.Warning,
        "{Server}: Skipped {Action} scheduled for {Due}: the machine was suspended, or its clock was changed"
    )]
    private partial void LogMissed(string server, string action, DateTimeOffset due);

    [LoggerMessage(4202, LogLevel.Error, "{Server}: Unexpected failure of the schedule of {Action}; please report it")]
    private partial void LogUnexpected(string server, string action, Exception exception);

    /// <summary>The state of one schedule.</summary>
    private sealed class Plan(ScheduledAction scheduled, TimeSpan offset, TimeZoneInfo zone)
    {
        public ScheduledAction Scheduled { get; private set; } = scheduled;
        public string ServerId => Scheduled.ServerId;
        public string Name => Scheduled.Action.Options.Name;

        /// <summary>What must be the same for the schedule to go on.</summary>
        public (string ServerId, ActionOptions Options) Key => (ServerId, Scheduled.Action.Options);

        /// <summary>The same times for the same action after a reload.</summary>
        public Plan For(ScheduledAction reloaded)
        {
            Scheduled = reloaded;
            return this;
        }

        /// <summary>Added to each due time, so that actions do not all start at once.</summary>
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
