using SshMqttBridge.Common;

namespace SshMqttBridge.Tests.Unit.Common;

public sealed class InterruptionMonitorTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly WatchedTimeProvider _time = new();
    private readonly InterruptionMonitor _monitor;

    public InterruptionMonitorTests() => _monitor = new InterruptionMonitor(Limit, _time);

    [Fact]
    public void HasBeenInterruptedSince_GivenASilenceOfTheLimit_ShouldBeFalse()
    {
        var before = _time.GetTimestamp();

        _time.Suspend(Limit);

        _monitor.HasBeenInterruptedSince(before).ShouldBeFalse();
    }

    [Fact]
    public void HasBeenInterruptedSince_GivenALongerSilence_ShouldBeTrueForTheTimeBeforeOnly()
    {
        var before = _time.GetTimestamp();

        _time.Suspend(TimeSpan.FromMinutes(1));

        // Taken by a thread that resumed before anything noticed the interruption.
        var after = _time.GetTimestamp();
        _time.Suspend(TimeSpan.FromSeconds(1));
        _monitor.HasBeenInterruptedSince(before).ShouldBeTrue();
        _monitor.HasBeenInterruptedSince(after).ShouldBeFalse();
        _monitor.HasBeenInterruptedSince(_time.GetTimestamp()).ShouldBeFalse();
    }

    [Fact]
    public void HasBeenInterruptedSince_GivenFrequentUse_ShouldBeFalse()
    {
        var start = _time.GetTimestamp();

        for (var i = 0; i < 10; i++)
        {
            _time.Suspend(TimeSpan.FromSeconds(10));
            _monitor.HasBeenInterruptedSince(start).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task RunAsync_GivenTimePasses_ShouldDetectNothing()
    {
        using CancellationTokenSource stop = new();
        var start = _time.GetTimestamp();
        var running = _monitor.RunAsync(stop.Token);

        for (var i = 0; i < 20; i++)
        {
            await _time.PassAsync(Limit / 6);
        }

        await _time.WaitForTimerAsync();
        _monitor.HasBeenInterruptedSince(start).ShouldBeFalse();
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Interrupted_GivenALongSilence_ShouldBeRaisedOnce()
    {
        TaskCompletionSource<TimeSpan> raised = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var count = 0;
        _monitor.Subscribe(silence =>
        {
            Interlocked.Increment(ref count);
            raised.TrySetResult(silence);
        });

        _time.Suspend(TimeSpan.FromMinutes(1));
        _monitor.HasBeenInterruptedSince(0).ShouldBeTrue();
        _monitor.HasBeenInterruptedSince(0).ShouldBeTrue();

        (await raised.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(TimeSpan.FromMinutes(1));
        count.ShouldBe(1);
    }

    [Fact]
    public void Off_GivenAnyTime_ShouldDetectNothing() =>
        InterruptionMonitor.Off.HasBeenInterruptedSince(TimeProvider.System.GetTimestamp()).ShouldBeFalse();

    [Fact]
    public void GetTimestamp_GivenTheSystemsClock_ShouldGoForward()
    {
        BootTimeProvider time = new();
        var first = time.GetTimestamp();

        time.GetElapsedTime(first).ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        time.GetElapsedTime(first).ShouldBeLessThan(TimeSpan.FromHours(1));
        first.ShouldBeGreaterThan(0);
    }
}
