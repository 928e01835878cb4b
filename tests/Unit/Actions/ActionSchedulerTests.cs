using Microsoft.Extensions.Logging.Abstractions;
using SshMqttBridge.Actions;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Tests.Unit.Actions;

/// <summary>When the scheduler runs actions, with clocks that the test controls.</summary>
public sealed class ActionSchedulerTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WatchedTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _runs = [];
    private readonly HashSet<string> _underWay = [];
    private ActionScheduler _scheduler = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        _stop.Dispose();
    }

    [Fact]
    public async Task Every_GivenAConnectedBridge_ShouldRunAtOnceAndThenAtEachInterval()
    {
        await StartAsync(true, Every("a", 60));

        await AfterAsync(0, "a");
        await AfterAsync(59);
        await AfterAsync(1, "a");
        await AfterAsync(60, "a");
    }

    [Fact]
    public async Task Every_GivenManyActions_ShouldNotRunThemAllInOneInstant()
    {
        await StartAsync(true, [.. Enumerable.Range(0, 1000).Select(i => Every($"a{i}", 60))]);

        await AfterAsync(0, "a0");
        await PassAsync(TimeSpan.FromSeconds(1));
        _runs.Count.ShouldBe(100);
        await PassAsync(TimeSpan.FromSeconds(9));
        _runs.Count.ShouldBe(999);
        await PassAsync(TimeSpan.FromSeconds(60));
        _runs.Count.ShouldBe(1999);
        _runs.Distinct().Count().ShouldBe(1000);
    }

    [Fact]
    public async Task Every_GivenARunThatHasNotEnded_ShouldLeaveTheNextOut()
    {
        await StartAsync(true, Every("a", 60), Every("b", 60));
        await AfterAsync(1, "a", "b");
        _underWay.Add("a");

        await AfterAsync(60, "b");
        _underWay.Clear();
        await AfterAsync(60, "a", "b");
    }

    [Fact]
    public async Task Every_GivenABrokerThatIsDown_ShouldWaitForItAndSkipMissedRuns()
    {
        await StartAsync(false, Every("a", 60));
        await AfterAsync(600);

        await ActivateAsync(true);
        await AfterAsync(0, "a");
        await AfterAsync(60, "a");
        await ActivateAsync(false);
        await AfterAsync(600);
        await ActivateAsync(true);
        await AfterAsync(0, "a");
    }

    [Fact]
    public async Task Every_GivenALateTimer_ShouldKeepItsPaceAndSkipMissedRuns()
    {
        await StartAsync(true, Every("a", 60));
        await AfterAsync(0, "a");

        var next = _time.NextSetAsync();
        _time.Advance(TimeSpan.FromSeconds(150));
        await next;

        await AfterAsync(0, "a");
        await AfterAsync(29);
        await AfterAsync(1, "a");
    }

    [Fact]
    public async Task Cron_GivenAnExpression_ShouldRunByTheClockOfTheMachineAlsoWhileTheBrokerIsAway()
    {
        _time.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        _time.SetUtcNow(new DateTimeOffset(2026, 3, 29, 0, 29, 50, TimeSpan.Zero));
        await StartAsync(false, Cron("hourly", "30 * * * *"), Cron("nightly", "30 2 * * *"));

        await AfterAsync(20, "hourly");
        await AfterAsync(1780);
        await AfterAsync(20, "hourly", "nightly");
        await AfterAsync(1800, "hourly");
    }

    [Fact]
    public async Task Cron_GivenAMachineThatSlept_ShouldSkipMissedRuns()
    {
        _time.SetUtcNow(new DateTimeOffset(2026, 6, 1, 2, 59, 0, TimeSpan.Zero));
        await StartAsync(true, Cron("a", "0 3 * * *"), Cron("b", "*/10 * * * *"));

        _time.AdjustWallClock(TimeSpan.FromHours(3) + TimeSpan.FromMinutes(5));
        await AfterAsync(60);
        await AfterAsync(301, "b");
    }

    [Fact]
    public async Task Cron_GivenAClockThatIsSetBack_ShouldFollowIt()
    {
        _time.SetUtcNow(new DateTimeOffset(2026, 6, 1, 2, 59, 0, TimeSpan.Zero));
        await StartAsync(true, Cron("a", "*/10 * * * *"));
        await AfterAsync(60, "a");

        _time.AdjustWallClock(TimeSpan.FromHours(-2));
        await AfterAsync(660, "a");
    }

    [Fact]
    public async Task Submit_GivenAFailure_ShouldContinue()
    {
        _underWay.Add("throw");
        await StartAsync(true, Every("throw", 60), Every("b", 60));

        await AfterAsync(1, "b");
        await AfterAsync(60, "b");
    }

    [Fact]
    public async Task Reload_GivenActions_ShouldKeepTheTimesOfThoseThatHaveNotChanged()
    {
        await StartAsync(true, Every("kept", 60), Every("changed", 60), Every("removed", 60), Cron("cron", "* * * * *"));
        await AfterAsync(1, "kept", "changed", "removed");
        await AfterAsync(29);

        await ReloadAsync(Every("kept", 60), Every("changed", 45), Every("added", 60), Cron("cron", "* * * * *"));

        await AfterAsync(1, "changed", "added");
        await AfterAsync(31, "kept", "cron");
    }

    private static ActionOptions Every(string name, int seconds) =>
        Of(name, new ActionSchedule.Every(TimeSpan.FromSeconds(seconds)));

    private static ActionOptions Cron(string name, string expression) => Of(name, new ActionSchedule.Cron(expression));

    private static ActionOptions Of(string name, ActionSchedule schedule) =>
        new()
        {
            Name = name,
            CommandLine = "true",
            Schedule = schedule,
        };

    private async Task StartAsync(bool isActive, params ActionOptions[] actions)
    {
        _scheduler = new ActionScheduler(Scheduled(actions), _time, NullLogger<ActionScheduler>.Instance);
        _scheduler.SetActive(isActive);
        _running = _scheduler.RunAsync(_stop.Token);
        await _time.WaitForTimerAsync();
    }

    private async Task ReloadAsync(params ActionOptions[] actions)
    {
        var next = _time.NextSetAsync();
        _scheduler.Reload(Scheduled(actions));
        await next;
    }

    private IEnumerable<ScheduledAction> Scheduled(ActionOptions[] actions) =>
        actions.Select(action => new ScheduledAction("nas", new NamedAction(action), () => IsUnderWay(action.Name), Take));

    private bool IsUnderWay(string name) => name == "throw" ? throw new InvalidOperationException() : _underWay.Contains(name);

    private void Take(Command command)
    {
        command.Origin.Source.ShouldBe(CommandSource.Schedule);
        command.Origin.Topic.ShouldBe("schedule");
        _runs.Add(command.ShouldBeOfType<ExecCommand>().Action.ShouldNotBeNull());
    }

    private async Task ActivateAsync(bool isActive)
    {
        var next = _time.NextSetAsync();
        _scheduler.SetActive(isActive);
        await next;
    }

    private async Task AfterAsync(int seconds, params string[] runs)
    {
        await PassAsync(TimeSpan.FromSeconds(seconds));
        _runs.ShouldBe(runs, ignoreOrder: true);
        _runs.Clear();
    }

    /// <summary>Moves the clock from timer to timer, and waits after each until the scheduler waits again.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        var left = time;
        while (_time.NextTimer is { } due && due <= left)
        {
            var next = _time.NextSetAsync();
            _time.Advance(due);
            await next;
            left -= due;
        }

        _time.Advance(left);
    }
}
