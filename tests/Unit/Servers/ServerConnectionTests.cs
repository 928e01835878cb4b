using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>When the connection is opened, kept, given up and closed.</summary>
public sealed class ServerConnectionTests
{
    /// <summary>A second, varied; exactly a second is the pause of <c>ssh/bridge/info</c>.</summary>
    private static bool IsFirstBackoff(TimeSpan left) =>
        left > TimeSpan.FromSeconds(0.7) && left < TimeSpan.FromSeconds(1.3) && left != TimeSpan.FromSeconds(1);

    private static ServerOptions OnDemand(ServerOptions options) => options with { PersistentConnection = false };

    [Fact]
    public async Task Connection_GivenAChannelThatFailsBeforeTheLossIsReported_ShouldReconnectAndRun()
    {
        await using var nas = new RunningServer();
        var dead = await nas.ConnectAsync();
        dead.ChannelFault = new SshConnectionException(SshFault.Lost, "dead");
        nas.Exec("uptime", "1");

        var alive = await nas.Transport.AcceptAsync();
        (await alive.NextAsync()).End(0);

        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Succeeded);
        dead.Lose();
        await dead.Closed;
    }

    [Fact]
    public async Task Connection_GivenARefusedChannel_ShouldRejectAndStay()
    {
        await using var nas = new RunningServer();
        var session = await nas.Transport.AcceptAsync();
        session.ChannelFault = new SshChannelException("MaxSessions");
        nas.Exec("uptime", "1");

        var result = await nas.ResultAsync("1");

        (result.Status, result.Reason).ShouldBe((CommandStatus.Rejected, "channel"));
        session.IsClosed.ShouldBeFalse();
    }

    [Fact]
    public async Task Connection_GivenAChannelWithoutAnswer_ShouldRejectAndReconnectByItself()
    {
        await using var nas = new RunningServer(options => options with { KeepAlive = TimeSpan.FromHours(1) });
        var silent = await nas.ConnectAsync();
        silent.IsSilent = true;
        nas.Exec("uptime", "1");

        await nas.Clock.PassAsync(TimeSpan.FromSeconds(10));

        (await nas.ResultAsync("1")).Reason.ShouldBe("connect");
        await silent.Closed;
        await nas.Transport.AcceptAsync();
        await nas.IsNowAsync("ssh/nas/connection", "online");
    }

    [Fact]
    public async Task Connection_GivenARefusedLogin_ShouldNotRetryUntilTheWaitIsOver()
    {
        await using var nas = new RunningServer(OnDemand);
        nas.Exec("first", "1");
        await nas.Transport.RefuseAsync(SshFault.Authentication, "wrong password");
        (await nas.ResultAsync("1")).Reason.ShouldBe("authentication");

        nas.Exec("second", "2");
        (await nas.ResultAsync("2")).Reason.ShouldBe("authentication");
        nas.Transport.Count.ShouldBe(1);

        nas.Clock.Advance(TimeSpan.FromMinutes(2));
        nas.Exec("third", "3");
        (await (await nas.Transport.AcceptAsync()).NextAsync()).CommandLine.ShouldBe("third");
    }

    [Fact]
    public async Task Connection_GivenNewCredentialsAfterARefusedLogin_ShouldTryThemAtOnce()
    {
        await using var nas = new RunningServer(OnDemand);
        nas.Exec("first", "1");
        await nas.Transport.RefuseAsync(SshFault.Authentication, "wrong password");
        await nas.ResultAsync("1");

        nas.Write("user", "root");
        nas.Write("password", "better");
        nas.Exec("second", "2");

        var attempt = await nas.Transport.NextAsync();
        (attempt.Request.Credentials.User, attempt.Request.Credentials.Password!.Reveal()).ShouldBe(("root", "better"));
    }

    [Fact]
    public async Task Connection_GivenAnotherFailure_ShouldTryForEachCommandAtOnce()
    {
        await using var nas = new RunningServer(OnDemand);
        foreach (var id in (string[])["1", "2", "3"])
        {
            nas.Exec("uptime", id);
            await nas.Transport.RefuseAsync(SshFault.Connect);
            var result = await nas.ResultAsync(id);
            (result.Status, result.Reason, result.Message).ShouldBe((CommandStatus.Rejected, "connect", "refused"));
        }
    }

    [Fact]
    public async Task Connection_GivenNoAnswerAtAll_ShouldRejectInConnectTimeout()
    {
        await using var nas = new RunningServer(OnDemand);
        nas.Exec("uptime", "1");
        await nas.Transport.NextAsync();

        await nas.Clock.PassAsync(TimeSpan.FromSeconds(10));

        (await nas.ResultAsync("1")).ShouldSatisfyAllConditions(
            result => result.Reason.ShouldBe("connect"),
            result => result.DurationMs.ShouldBe(10_000)
        );
    }

    [Fact]
    public async Task Connection_GivenACommandWhileAnAttemptIsUnderWay_ShouldJoinIt()
    {
        await using var nas = new RunningServer();
        var attempt = await nas.Transport.NextAsync();
        nas.Exec("uptime", "1");
        await nas.IsNowAsync("ssh/nas/queue", """{"running":"1","queued":0}""");
        var session = new FakeSession();

        attempt.Outcome.SetResult(session);

        (await session.NextAsync()).End(0);
        await nas.ResultAsync("1");
        nas.Transport.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Connection_GivenAFailingServer_ShouldRetryAfterAWait()
    {
        await using var nas = new RunningServer();
        await nas.Transport.RefuseAsync(SshFault.Connect);

        await nas.Clock.WaitForTimerAsync(IsFirstBackoff);
        nas.Clock.Advance(TimeSpan.FromSeconds(1.3));

        await nas.ConnectAsync();
    }

    [Fact]
    public async Task Connection_GivenNoKeepAliveReply_ShouldCloseAndReconnect()
    {
        await using var nas = new RunningServer();
        var session = await nas.Transport.AcceptAsync();
        session.OnPing = token => Task.Delay(Timeout.Infinite, token);
        await nas.SeenAsync("ssh/nas/connection", "online");

        for (var unanswered = 0; unanswered <= 3; unanswered++)
        {
            await nas.Clock.PassAsync(TimeSpan.FromSeconds(15));
        }

        await session.Closed;
        await nas.SeenAsync("ssh/nas/connection", "offline");
        await nas.Transport.AcceptAsync();
        await nas.IsNowAsync("ssh/nas/connection", "online");
    }

    [Fact]
    public async Task Connection_GivenNoKeepAliveReplyButData_ShouldStayOpenUntilNothingArrives()
    {
        await using var nas = new RunningServer();
        var session = await nas.Transport.AcceptAsync();
        session.OnPing = token => Task.Delay(Timeout.Infinite, token);
        await nas.SeenAsync("ssh/nas/connection", "online");
        await nas.Clock.PassAsync(TimeSpan.FromSeconds(15));

        for (var interval = 0; interval < 20; interval++)
        {
            await nas.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(15));
            session.ReceivedBytes++;
            nas.Clock.Advance(TimeSpan.FromSeconds(15));
        }

        session.IsClosed.ShouldBeFalse();
        for (var silent = 0; silent < 3; silent++)
        {
            await nas.Clock.PassAsync(TimeSpan.FromSeconds(15));
        }

        await session.Closed;
    }

    [Fact]
    public async Task Connection_GivenOneSessionForEach_ShouldRunEachCommandOnANewOne()
    {
        await using var nas = new RunningServer();
        var (first, process) = await nas.StartAsync("first");
        first.ChannelFault = new SshChannelException("no more sessions");
        nas.Exec("second", "2");
        process.End(0);

        var second = await nas.Transport.AcceptAsync();
        (await second.NextAsync()).End(0);

        (await nas.ResultAsync("2")).Status.ShouldBe(CommandStatus.Succeeded);
        await first.Closed;
        // A session must not be used up before there is a command for it.
        second.ChannelCount.ShouldBe(1);
    }

    [Fact]
    public async Task Connection_GivenANewOneThatRefusesTheChannelToo_ShouldRejectAndStay()
    {
        await using var nas = new RunningServer();
        var (first, process) = await nas.StartAsync("first");
        first.ChannelFault = new SshChannelException("no more sessions");
        process.End(0);
        await nas.ResultAsync("1");
        nas.Exec("second", "2");

        var attempt = await nas.Transport.NextAsync();
        FakeSession second = new() { ChannelFault = new SshChannelException("none at all") };
        attempt.Outcome.SetResult(second);

        var result = await nas.ResultAsync("2");
        (result.Status, result.Reason, result.Message).ShouldBe((CommandStatus.Rejected, "channel", "none at all"));
        second.IsClosed.ShouldBeFalse();
        nas.Transport.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Connection_GivenLossesSoonAfterOpening_ShouldWaitBeforeTheNextAttempt()
    {
        await using var nas = new RunningServer();
        var session = await nas.ConnectAsync();
        session.Lose();

        await nas.Clock.WaitForTimerAsync(IsFirstBackoff);
        nas.Transport.Count.ShouldBe(1);
        nas.Clock.Advance(TimeSpan.FromSeconds(1.3));

        await nas.Transport.AcceptAsync();
    }

    [Fact]
    public async Task Connection_GivenClose_ShouldStayClosedUntilTheNextCommand()
    {
        await using var nas = new RunningServer();
        var session = await nas.ConnectAsync();

        await CloseAsync(nas);
        await session.Closed;
        await nas.IsNowAsync("ssh/nas/connection", "offline");
        nas.Clock.Advance(TimeSpan.FromHours(2));
        nas.Transport.Count.ShouldBe(1);

        nas.Exec("uptime", "1");
        await (await nas.Transport.AcceptAsync()).NextAsync();
    }

    [Fact]
    public async Task Connection_GivenCloseWhileItIsBeingOpened_ShouldNotOpen()
    {
        await using var nas = new RunningServer();
        var attempt = await nas.Transport.NextAsync();

        await CloseAsync(nas);
        attempt.Outcome.SetResult(new FakeSession());
        nas.Clock.Advance(TimeSpan.FromHours(2));

        await ShouldRunByASecondAttemptAsync(nas);
    }

    [Fact]
    public async Task Connection_GivenCloseWhileItWaitsToRetry_ShouldStayClosed()
    {
        await using var nas = new RunningServer();
        await nas.Transport.RefuseAsync(SshFault.Connect);
        await nas.Clock.WaitForTimerAsync(IsFirstBackoff);

        await CloseAsync(nas);
        nas.Clock.Advance(TimeSpan.FromHours(2));

        await ShouldRunByASecondAttemptAsync(nas);
    }

    [Fact]
    public async Task Connection_GivenNoCommandForAWhile_ShouldCloseWhereItIsNotPersistent()
    {
        await using var nas = new RunningServer(OnDemand);
        nas.Exec("uptime", "1");
        var session = await nas.Transport.AcceptAsync();
        (await session.NextAsync()).End(0);
        await nas.ResultAsync("1");

        // The signal of a command that was already taken can make the worker start the idle time anew.
        await nas.Clock.PassUntilAsync(session.Closed, TimeSpan.FromSeconds(30));

        await session.Closed;
        await nas.IsNowAsync("ssh/nas/connection", "offline");
    }

    [Fact]
    public async Task Connection_GivenACommandCancelledWhileItIsOpened_ShouldCloseAfterTheIdleTime()
    {
        await using var nas = new RunningServer(OnDemand);
        nas.Exec("uptime", "1");
        var attempt = await nas.Transport.NextAsync();
        nas.Write("cancel", "1");
        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Cancelled);
        await nas.IsNowAsync("ssh/nas/queue", """{"running":null,"queued":0}""");
        var session = new FakeSession();

        attempt.Outcome.SetResult(session);
        await nas.SeenAsync("ssh/nas/connection", "online");
        // The signal of a command that was already taken can make the worker start the idle time anew.
        await nas.Clock.PassUntilAsync(session.Closed, TimeSpan.FromSeconds(30));

        await session.Closed;
    }

    [Fact]
    public async Task SetActive_GivenShutdownWhenInactive_ShouldConnectAndCloseWithTheBroker()
    {
        await using var nas = new RunningServer(options => options with { ShutdownWhenInactive = true });
        nas.SetActive(true);
        var first = await nas.ConnectAsync();

        nas.SetActive(false);
        await first.Closed;
        await nas.IsNowAsync("ssh/nas/connection", "offline");
        nas.SetActive(true);

        await nas.Transport.AcceptAsync();
        await nas.IsNowAsync("ssh/nas/connection", "online");
    }

    [Fact]
    public async Task SetActive_GivenServersThatHaveStopped_ShouldDoNothing()
    {
        await using var nas = new RunningServer();
        await nas.StopAsync();
        await nas.EndedAsync();

        nas.SetActive(false);
    }

    /// <summary>Closes the connection, and waits for the answer.</summary>
    private static async Task CloseAsync(RunningServer nas)
    {
        nas.Write("connection", "close", delivery => delivery with { ResponseTopic = "ssh/reply/1" });
        await nas.SeenOnAsync("ssh/reply/1");
    }

    private static async Task ShouldRunByASecondAttemptAsync(RunningServer nas)
    {
        nas.Exec("uptime", "1");
        (await (await nas.Transport.AcceptAsync()).NextAsync()).End(0);
        await nas.ResultAsync("1");
        nas.Transport.Count.ShouldBe(2);
    }
}
