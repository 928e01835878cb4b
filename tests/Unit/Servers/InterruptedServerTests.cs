using SshMqttBridge.Commands;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>Commands of a bridge that did not run for longer than its broker keeps a silent connection.</summary>
public sealed class InterruptedServerTests
{
    private static readonly TimeSpan Long = RunningServer.InterruptionLimit * 2;

    [Fact]
    public async Task OnInterrupted_GivenQueuedCommands_ShouldExpireThemAndNotTheRunningOne()
    {
        await using var nas = new RunningServer();
        var session = await nas.Transport.AcceptAsync();
        nas.Write("exec/300000", """{"command":"first","id":"1"}""");
        var first = await session.NextAsync();
        nas.Exec("second", "2");
        nas.Write("get", """{"source":"a","destination":"b","id":"3"}""");

        nas.Clock.Suspend(Long);
        nas.Interruptions.HasBeenInterruptedSince(0).ShouldBeTrue();

        await AssertExpiredAsync(nas, "2");
        await AssertExpiredAsync(nas, "3");
        await nas.IsNowAsync("ssh/nas/queue", """{"running":"1","queued":0}""");
        first.End(0);
        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Succeeded);
        nas.Exec("after", "4");
        (await session.NextAsync()).End(0);
        (await nas.ResultAsync("4")).Status.ShouldBe(CommandStatus.Succeeded);
    }

    [Fact]
    public async Task RunAsync_GivenTheWorkerNoticesFirst_ShouldNotSendTheNextCommand()
    {
        await using var nas = new RunningServer();
        var (session, first) = await nas.StartThreeAsync();

        nas.Clock.Suspend(Long);
        first.End(0);

        await AssertExpiredAsync(nas, "2");
        await AssertExpiredAsync(nas, "3");
        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Succeeded);
        nas.Exec("after", "4");
        (await session.NextAsync()).CommandLine.ShouldBe("after");
    }

    [Fact]
    public async Task RunAsync_GivenACommandThatWaitsForItsConnection_ShouldNotSendIt()
    {
        await using var nas = new RunningServer();
        nas.Exec("first", "1");
        var attempt = await nas.Transport.NextAsync();
        nas.Clock.Suspend(Long);
        FakeSession session = new();
        attempt.Outcome.SetResult(session);

        await AssertExpiredAsync(nas, "1");

        nas.Exec("after", "2");
        (await session.NextAsync()).CommandLine.ShouldBe("after");
    }

    [Fact]
    public async Task Submit_GivenAMessageThatMayHaveWaited_ShouldExpireItAtOnce()
    {
        await using var nas = new RunningServer();
        var session = await nas.ConnectAsync();

        nas.Write("exec", """{"command":"stale","id":"1"}""", delivery => delivery with { IsStale = true });

        await AssertExpiredAsync(nas, "1");
        nas.Exec("same id", "1");
        (await session.NextAsync()).CommandLine.ShouldBe("same id");
    }

    [Fact]
    public async Task Timeout_GivenItPassedMeanwhile_ShouldStopTheCommand()
    {
        await using var nas = new RunningServer();
        var (session, first) = await nas.StartAsync("first");

        nas.Clock.Suspend(Long);
        nas.Interruptions.HasBeenInterruptedSince(0).ShouldBeTrue();
        await nas.Clock.PassAsync(TimeSpan.FromSeconds(1));

        await session.StopAsync(first);
        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.TimedOut);
    }

    [Fact]
    public async Task Timeout_GivenTheCommandHasEndedMeanwhile_ShouldReportItsExitStatus()
    {
        await using var nas = new RunningServer();
        var (_, first) = await nas.StartAsync("first");

        nas.Clock.Suspend(Long);
        nas.Interruptions.HasBeenInterruptedSince(0).ShouldBeTrue();
        await nas.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        first.End(3);

        var result = await nas.ResultAsync("1");
        (result.Status, result.Exit).ShouldBe((CommandStatus.Failed, 3));
        result.DurationMs.ShouldBe((long)Long.TotalMilliseconds);
    }

    [Fact]
    public async Task Timeout_GivenItHasNotPassedYet_ShouldCountTheInterruption()
    {
        await using var nas = new RunningServer();
        var session = await nas.Transport.AcceptAsync();
        nas.Write($"exec/{(int)Long.TotalSeconds + 7}", """{"command":"first","id":"1"}""");
        var first = await session.NextAsync();

        nas.Clock.Suspend(Long);
        nas.Interruptions.HasBeenInterruptedSince(0).ShouldBeTrue();
        await nas.Clock.PassAsync(TimeSpan.FromSeconds(7));
        await nas.Clock.PassAsync(TimeSpan.FromSeconds(1));

        await session.StopAsync(first);
        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.TimedOut);
    }

    private static async Task AssertExpiredAsync(RunningServer nas, string id)
    {
        var result = await nas.ResultAsync(id);
        (result.Status, result.Reason).ShouldBe((CommandStatus.Expired, Reasons.Interrupted));
    }
}
