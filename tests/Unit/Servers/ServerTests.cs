using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Inbound;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Policies;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>From a command to its result: order, cancelling, expiry, duplicates, stopping, and how a command ends.</summary>
public sealed class ServerTests
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task Submit_GivenCommands_ShouldRunThemInOrderOneAtATime()
    {
        await using var nas = new RunningServer();
        var (session, first) = await nas.StartThreeAsync();

        await nas.IsNowAsync("ssh/nas/queue", """{"running":"1","queued":2}""");
        first.Print("one\n");
        first.End(0);
        (await session.NextAsync()).End(3);
        var third = await session.NextAsync();
        third.CommandLine.ShouldBe("third");
        third.End(0);

        var result = await nas.ResultAsync("1");
        (result.Status, result.Exit, result.Out, result.OutBytes).ShouldBe((CommandStatus.Succeeded, 0, "one\n", 4));
        (await nas.ResultAsync("2")).ShouldSatisfyAllConditions(
            second => second.Status.ShouldBe(CommandStatus.Failed),
            second => second.Exit.ShouldBe(3)
        );
        await nas.ResultAsync("3");
        nas.ResultIds.ShouldBe(["1", "2", "3"]);
        await nas.IsNowAsync("ssh/nas/queue", """{"running":null,"queued":0}""");
        nas.Journal.Unacknowledged().ShouldBeEmpty();
    }

    [Fact]
    public async Task Submit_GivenCommandsThatWait_ShouldOpenTheNextOnesChannelWhileOneRuns()
    {
        await using var nas = new RunningServer();
        var (session, first) = await nas.StartThreeAsync();
        first.End(0);
        var second = await session.NextAsync();
        // Published when the second one is on its way.
        await nas.IsNowAsync("ssh/nas/queue", """{"running":"2","queued":1}""");

        first.IsDisposed.ShouldBeTrue();
        session.Last.ShouldNotBe(second);
        var ahead = session.Last;
        second.End(0);
        (await session.NextAsync()).ShouldBe(ahead);
        ahead!.End(0);
        await nas.IsNowAsync("ssh/nas/queue", """{"running":null,"queued":0}""");
    }

    [Fact]
    public async Task Submit_GivenAJournalThatFailsBeforeTheNextIsSent_ShouldCloseBothChannels()
    {
        var nas = new RunningServer();
        var (session, first) = await nas.StartThreeAsync();
        first.End(0);
        var second = await session.NextAsync();
        await nas.IsNowAsync("ssh/nas/queue", """{"running":"2","queued":1}""");
        var ahead = session.Last!;
        ahead.ShouldNotBe(second);

        nas.Journal.Dispose();
        second.End(0);
        await nas.IsNowAsync("ssh/nas/queue", """{"running":null,"queued":0}""");
        await nas.DisposeAsync();

        (second.IsDisposed, ahead.IsDisposed).ShouldBe((true, true));
    }

    [Theory]
    [InlineData("connection", "open")]
    [InlineData("user", "root")]
    [InlineData("exec", "uptime")]
    public async Task Submit_GivenAJournalThatIsClosed_ShouldRefuseUnsentCommandsToo(string name, string payload)
    {
        await using var nas = new RunningServer(options => options with { PersistentConnection = false });
        nas.Journal.Dispose();
        // Only a worker that already waits for a command connects before it records it.
        nas.Transport.AcceptsAll = true;

        nas.Write(name, payload);

        await nas.SeenOnAsync("ssh/nas/result");
        var result = CommandResult.FromJson(System.Text.Encoding.UTF8.GetBytes(nas.Texts("ssh/nas/result")[0]));
        (result.Status, result.Reason).ShouldBe((CommandStatus.Rejected, "local"));
    }

    [Fact]
    public async Task Submit_GivenAServerThatHasEnded_ShouldAnswerAtOnce()
    {
        await using var nas = new RunningServer(options => options with { PersistentConnection = false });
        await nas.StopAsync();
        await nas.EndedAsync();

        nas.Exec("uptime", "1");

        var result = await nas.ResultAsync("1");
        (result.Status, result.Reason).ShouldBe((CommandStatus.Rejected, "shutdown"));
    }

    [Fact]
    public async Task Submit_GivenStandardInput_ShouldWriteAndEndIt()
    {
        await using var nas = new RunningServer();
        var session = await nas.Transport.AcceptAsync();

        nas.Write("exec", """{"command":"cat","stdin":"héllo","id":"1"}""");
        var process = await session.NextAsync();
        process.End(0);

        await nas.ResultAsync("1");
        process.Input.ShouldBe("héllo∎");
    }

    [Fact]
    public async Task Cancel_GivenAQueuedCommand_ShouldEndItAtOnceAndNeverRunIt()
    {
        await using var nas = new RunningServer();
        var (session, first) = await nas.StartThreeAsync();

        nas.Write("cancel", "2");

        (await nas.ResultAsync("2")).Status.ShouldBe(CommandStatus.Cancelled);
        first.End(0);
        (await session.NextAsync()).CommandLine.ShouldBe("third");
        nas.ResultIds[0].ShouldBe("2");
    }

    [Fact]
    public async Task RunAsync_GivenADefect_ShouldReportItAndEnd()
    {
        await using var nas = new RunningServer();
        var (_, process) = await nas.StartAsync("uptime");
        process.DisposeFailure = new InvalidOperationException("a defect");

        process.End(0);

        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Succeeded);
        (await nas.FailureAsync()).Message.ShouldBe("a defect");
        (await Should.ThrowAsync<InvalidOperationException>(nas.EndedAsync)).Message.ShouldBe("a defect");
        nas.Exec("uptime", "2");
        (await nas.ResultAsync("2")).Reason.ShouldBe("shutdown");
    }

    [Fact]
    public async Task Submit_GivenAWallClockThatJumpedADay_ShouldStillKnowTheId()
    {
        await using var nas = new RunningServer();
        var (session, process) = await nas.StartAsync("uptime");
        process.End(0);
        await nas.IsNowAsync("ssh/nas/queue", """{"running":null,"queued":0}""");

        nas.Clock.AdjustWallClock(TimeSpan.FromDays(1));
        nas.Exec("uptime", "1");
        nas.Exec("last", "2");

        (await session.NextAsync()).CommandLine.ShouldBe("last");
        session.Last!.End(0);
        await nas.ResultAsync("2");
        nas.ResultIds.ShouldBe(["1", "1", "2"]);
    }

    [Fact]
    public async Task Submit_GivenMoreDuplicatesThanTheRateLimitAllows_ShouldRejectThemAndRunNone()
    {
        await using var nas = new RunningServer(options =>
            options with
            {
                Policy = options.Policy with { RateLimit = new RateLimit(2, TimeSpan.FromHours(1)) },
            }
        );
        var (_, process) = await nas.StartAsync("uptime");

        nas.Exec("uptime", "1");
        nas.Exec("uptime", "1");
        process.End(0);
        await nas.IsNowAsync("ssh/nas/queue", """{"running":null,"queued":0}""");
        nas.Exec("uptime", "1");
        nas.Exec("uptime", "2");
        (await nas.ResultAsync("2")).Reason.ShouldBe("policy");

        nas.ResultIds.ShouldBe(["1", "1", "1", "2"]);
        nas.Texts("ssh/nas/result")[2].ShouldContain("\"policy\"");
        // A rejected duplicate does not change the values of the first one.
        nas.Texts("ssh/nas/exec").ShouldBe(["0", "error"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    public async Task Cancel_GivenTheRunningCommand_ShouldTerminateItAndKeepItsOutput(string target)
    {
        await using var nas = new RunningServer();
        var (session, process) = await nas.StartAsync("sleep 99");
        process.Print("so far");

        nas.Write("cancel", target);

        await session.StopAsync(process);
        var result = await nas.ResultAsync("1");
        (result.Status, result.Exit, result.Out).ShouldBe((CommandStatus.Cancelled, null, "so far"));
        await nas.IsNowAsync("ssh/nas/exec", "null");
    }

    [Fact]
    public async Task Cancel_GivenAll_ShouldEndEveryOneOnce()
    {
        await using var nas = new RunningServer();
        var (session, first) = await nas.StartThreeAsync();

        nas.Write("cancel", "*");
        await session.StopAsync(first);

        foreach (var id in (string[])["1", "2", "3"])
        {
            (await nas.ResultAsync(id)).Status.ShouldBe(CommandStatus.Cancelled);
        }

        nas.ResultIds.Order().ShouldBe(["1", "2", "3"]);
    }

    [Theory]
    [InlineData("unknown", "No command with this id is running or queued.")]
    [InlineData("", "No command is running.")]
    public async Task Cancel_GivenNothingToCancel_ShouldReportIt(string id, string message)
    {
        await using var nas = new RunningServer();

        nas.Write("cancel", id, delivery => delivery with { ResponseTopic = "ssh/reply/1" });

        await nas.SeenOnAsync("ssh/reply/1");
        nas.Texts("ssh/reply/1").ShouldHaveSingleItem().ShouldContain(message);
    }

    [Fact]
    public async Task Submit_GivenAFullQueue_ShouldRejectAtOnceAndAcceptTheNextWhenThereIsRoom()
    {
        await using var nas = new RunningServer(options => options with { QueueLimit = 1 });
        var (session, first) = await nas.StartAsync("first");
        nas.Exec("second", "2");

        nas.Exec("third", "3");

        var result = await nas.ResultAsync("3");
        (result.Status, result.Reason).ShouldBe((CommandStatus.Rejected, "queueFull"));
        nas.Write("cancel", "2");
        nas.Exec("fourth", "4");
        first.End(0);
        (await session.NextAsync()).CommandLine.ShouldBe("fourth");
    }

    [Fact]
    public async Task Submit_GivenAnExpiry_ShouldExpireInTheQueue()
    {
        await using var nas = new RunningServer();
        var (session, first) = await nas.StartAsync("first");
        nas.Exec("second", "2", TimeSpan.FromSeconds(3));

        await nas.Clock.PassAsync(TimeSpan.FromSeconds(3));

        (await nas.ResultAsync("2")).Status.ShouldBe(CommandStatus.Expired);
        await nas.IsNowAsync("ssh/nas/exec", "error");
        nas.Exec("third", "3");
        first.End(0);
        (await session.NextAsync()).CommandLine.ShouldBe("third");
    }

    [Fact]
    public async Task Submit_GivenAnExpiryThatIsOver_ShouldNotRunTheCommand()
    {
        await using var nas = new RunningServer();
        var session = await nas.Transport.AcceptAsync();
        nas.Exec("late", "1", TimeSpan.Zero);
        nas.Exec("next", "2");

        (await session.NextAsync()).CommandLine.ShouldBe("next");
        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Expired);
    }

    [Fact]
    public async Task Submit_GivenTheLongestExpiry_ShouldRunTheCommand()
    {
        await using var nas = new RunningServer();
        var session = await nas.Transport.AcceptAsync();
        nas.Exec("patient", "1", TimeSpan.FromSeconds(uint.MaxValue));

        (await session.NextAsync()).End(0);

        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Succeeded);
    }

    [Fact]
    public async Task Submit_GivenTheSameIdTwice_ShouldRunItOnceAndAnswerBoth()
    {
        await using var nas = new RunningServer();
        var (session, process) = await nas.StartAsync("first");
        nas.Write("exec", """{"command":"first","id":"1"}""", delivery => delivery with { ResponseTopic = "ssh/reply/2" });

        process.Print("out");
        process.End(0);

        (await nas.ResultAsync("1", "ssh/reply/2")).Out.ShouldBe("out");
        nas.Write("exec", """{"command":"first","id":"1"}""", delivery => delivery with { ResponseTopic = "ssh/reply/3" });
        (await nas.ResultAsync("1", "ssh/reply/3")).Out.ShouldBe("out");
        nas.Exec("other", "2");
        (await session.NextAsync()).CommandLine.ShouldBe("other");
        nas.ResultIds.Count(id => id == "1").ShouldBe(3);
        nas.Texts("ssh/nas/exec").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Submit_GivenTheSameIdAfterTenMinutes_ShouldRunItAgain()
    {
        await using var nas = new RunningServer(options => options with { KeepAlive = TimeSpan.FromHours(2) });
        var session = await nas.Transport.AcceptAsync();
        nas.Exec("first", "1");
        (await session.NextAsync()).End(0);
        await nas.ResultAsync("1");

        nas.Clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromMilliseconds(1));
        nas.Exec("again", "1");

        (await session.NextAsync()).CommandLine.ShouldBe("again");
    }

    [Fact]
    public async Task Submit_GivenTheSameCorrelationDataTwice_ShouldRunItOnceButNotAnotherCommand()
    {
        await using var nas = new RunningServer();
        var session = await nas.Transport.AcceptAsync();
        static MqttDelivery Asking(MqttDelivery delivery) =>
            delivery with
            {
                ResponseTopic = "ssh/reply/1",
                CorrelationData = new byte[] { 1 },
            };
        nas.Write("exec", """{"command":"cat","stdin":"a"}""", Asking);
        var first = await session.NextAsync();
        nas.Write("exec", """{"command":"cat","stdin":"a"}""", Asking);
        nas.Write("exec", """{"command":"cat","stdin":"b"}""", Asking);
        first.End(0);

        var second = await session.NextAsync();
        second.End(0);
        await nas.IsNowAsync("ssh/nas/queue", """{"running":null,"queued":0}""");

        (first.Input, second.Input).ShouldBe(("a∎", "b∎"));
        nas.Texts("ssh/nas/exec").Count.ShouldBe(2);
    }

    [Fact]
    public async Task Submit_GivenATimeout_ShouldSendTermThenKillThenGiveUp()
    {
        await using var nas = new RunningServer(options => options with { KeepAlive = TimeSpan.FromHours(1) });
        var session = await nas.Transport.AcceptAsync();
        nas.Write("exec/5", """{"command":"stubborn","id":"1"}""");
        var process = await session.NextAsync();
        process.IgnoresSignals = true;
        process.Print("so far");
        session.ChannelFault = new SshChannelException("no second channel");

        await nas.Clock.PassAsync(TimeSpan.FromSeconds(5));
        foreach ((var signal, var within) in ((string, int)[])[("TERM", 2000), ("KILL", 1000)])
        {
            (await process.SignalledAsync()).ShouldBe(signal);
            await nas.Clock.PassAsync(TimeSpan.FromMilliseconds(within));
        }

        var result = await nas.ResultAsync("1");
        (result.Status, result.Exit, result.Stopped, result.Out).ShouldBe((CommandStatus.TimedOut, null, false, "so far"));
        (result.QueuedMs, result.DurationMs).ShouldBe((0, 8000));
        await nas.IsNowAsync("ssh/nas/exec", "null");
    }

    [Fact]
    public async Task Submit_GivenAServerThatIgnoresSignalRequests_ShouldStopItWithAScript()
    {
        await using var nas = new RunningServer(options => options with { KeepAlive = TimeSpan.FromHours(1) });
        var (session, process) = await ExceedTimeoutAsync(nas);
        await session.StopAsync(process);

        var result = await nas.ResultAsync("1");
        (result.Status, result.Stopped).ShouldBe((CommandStatus.TimedOut, true));
        result.Message.ShouldBe("The command took longer than 5 s, and the command was stopped.");
    }

    /// <summary>It may still run, and would take the next command of its connection for the one to stop.</summary>
    [Fact]
    public async Task Submit_GivenAScriptThatDoesNotEnd_ShouldRunTheNextCommandOnAnotherConnection()
    {
        await using var nas = new RunningServer(options => options with { KeepAlive = TimeSpan.FromHours(1) });
        var (session, process) = await ExceedTimeoutAsync(nas);
        await session.NextAsync();
        process.IgnoresSignals = false;
        await nas.Clock.PassAsync(TimeSpan.FromSeconds(5));
        (await nas.ResultAsync("1")).Stopped.ShouldBe(true);
        nas.Exec("next", "2");

        var other = await nas.Transport.AcceptAsync();
        (await other.NextAsync()).End(0);
        (await nas.ResultAsync("2")).Status.ShouldBe(CommandStatus.Succeeded);
    }

    [Fact]
    public async Task Submit_GivenAServerThatNoLongerRespondsAtTheTimeout_ShouldBeLostAndCloseTheConnection()
    {
        await using var nas = new RunningServer(options => options with { KeepAlive = TimeSpan.FromHours(1) });
        var session = await nas.Transport.AcceptAsync();
        nas.Write("exec/5", """{"command":"systemctl suspend","id":"1"}""");
        var process = await session.NextAsync();
        process.IgnoresSignals = true;
        session.IsSilent = true;

        await nas.Clock.PassAsync(TimeSpan.FromSeconds(5));
        await nas.Clock.PassAsync(TimeSpan.FromSeconds(5));

        var result = await nas.ResultAsync("1");
        (result.Status, result.Stopped).ShouldBe((CommandStatus.Lost, false));
        await nas.IsNowAsync("ssh/nas/connection", "offline");
        session.IsClosed.ShouldBeTrue();
    }

    [Fact]
    public async Task Submit_GivenOutputHeldOpenInTheBackground_ShouldEndAfterTwoQuietPings()
    {
        await using var nas = new RunningServer(options => options with { KeepAlive = TimeSpan.FromHours(1) });
        var session = await nas.Transport.AcceptAsync();
        var pings = 0;
        session.OnPing = _ =>
        {
            pings++;
            return Task.CompletedTask;
        };
        nas.Exec("sleep 600 & echo hi", "1");
        var process = await session.NextAsync();
        process.Print("hi\n");
        process.Exits(0);

        var ending = nas.ResultAsync("1");
        await nas.Clock.PassUntilAsync(ending, Gap);

        var result = await ending;
        (result.Status, result.Out).ShouldBe((CommandStatus.Succeeded, "hi\n"));
        pings.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task Submit_GivenPingsWithoutAnAnswerAfterTheExit_ShouldEndTwoSecondsLater()
    {
        await using var nas = new RunningServer(options => options with { KeepAlive = TimeSpan.FromHours(1) });
        var session = await nas.Transport.AcceptAsync();
        session.OnPing = token => Task.Delay(Timeout.Infinite, token);
        nas.Exec("sleep 600 & echo hi", "1");
        var process = await session.NextAsync();
        process.Exits(0);

        await nas.Clock.PassAsync(Gap);
        await nas.Clock.PassAsync(TimeSpan.FromSeconds(2) - Gap);

        (await nas.ResultAsync("1")).DurationMs.ShouldBe(2000);
    }

    [Fact]
    public async Task Submit_GivenOutputAfterTheExitAndNoQuiet_ShouldSayThatItWasCutOff()
    {
        await using var nas = new RunningServer(options => options with { KeepAlive = TimeSpan.FromHours(1) });
        var session = await nas.Transport.AcceptAsync();
        // As behind a slow connection that is full of output.
        session.OnPing = token => Task.Delay(Timeout.Infinite, token);
        nas.Exec("cat large", "1");
        var process = await session.NextAsync();
        process.Exits(0);
        await nas.Clock.PassAsync(Gap);
        process.Print("late\n");

        await nas.Clock.PassAsync(TimeSpan.FromSeconds(2) - Gap);
        var ending = nas.ResultAsync("1");
        await nas.Clock.PassUntilAsync(ending, Gap);

        var result = await ending;
        (result.Status, result.Exit, result.Out, result.Truncated).ShouldBe((CommandStatus.Succeeded, 0, "late\n", true));
        result.Message.ShouldBe("Output still arrived after the end of the command; some may be missing.");
    }

    [Theory]
    [InlineData(false, "remote")]
    [InlineData(true, null)]
    public async Task Submit_GivenAChannelThatIsClosedWithoutAnExitStatus_ShouldFollowTheSetting(bool isOptional, string? reason)
    {
        var rule = isOptional ? ExitStatusRule.Optional : ExitStatusRule.Required;
        await using var nas = new RunningServer(options => options with { ExitStatus = rule });
        var (_, process) = await nas.StartAsync("show version");
        process.Print("1.0\n");
        process.Ends(ProcessExit.Unknown);

        var result = await nas.ResultAsync("1");

        var status = isOptional ? CommandStatus.Succeeded : CommandStatus.Failed;
        (result.Status, result.Reason, result.Exit, result.Out).ShouldBe((status, reason, null, "1.0\n"));
    }

    [Fact]
    public async Task Submit_GivenOptionalExitStatusAndAChannelThatStaysOpen_ShouldSucceedSoonAfterTheEndOfOutput()
    {
        await using var nas = new RunningServer(options => options with { ExitStatus = ExitStatusRule.Optional });
        var (_, process) = await nas.StartAsync("show version");
        process.Print("1.0\n");
        process.EndsOutput();

        await nas.Clock.PassAsync(TimeSpan.FromSeconds(2));

        var result = await nas.ResultAsync("1");
        (result.Status, result.Exit, result.Out).ShouldBe((CommandStatus.Succeeded, null, "1.0\n"));
    }

    [Fact]
    public async Task Submit_GivenOptionalExitStatusAndALostConnection_ShouldBeLost()
    {
        await using var nas = new RunningServer(options => options with { ExitStatus = ExitStatusRule.Optional });
        var (_, process) = await nas.StartAsync("show version");
        process.Print("1.0\n");
        process.Lose();

        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Lost);
    }

    [Fact]
    public async Task Submit_GivenOptionalExitStatusAndALossAfterTheEndOfTheOutput_ShouldSucceed()
    {
        await using var nas = new RunningServer(options => options with { ExitStatus = ExitStatusRule.Optional });
        var (_, process) = await nas.StartAsync("show version");
        process.Print("17.3\n");
        process.EndsOutput();
        process.Lose();

        var result = await nas.ResultAsync("1");
        (result.Status, result.Out).ShouldBe((CommandStatus.Succeeded, "17.3\n"));
    }

    [Fact]
    public async Task Submit_GivenOptionalExitStatusAndASignal_ShouldFail()
    {
        await using var nas = new RunningServer(options => options with { ExitStatus = ExitStatusRule.Optional });
        var (_, process) = await nas.StartAsync("show version");
        process.Ends(new ProcessExit(null, "KILL"));

        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Failed);
    }

    [Fact]
    public async Task Submit_GivenALostConnectionBetweenTheExitStatusAndTheEndOfOutput_ShouldReportThatOutputMayBeMissing()
    {
        await using var nas = new RunningServer();
        var (session, process) = await nas.StartAsync("seq 100000");
        process.Print("1\n");
        process.Exits(0);
        process.Lose();
        session.Lose();

        var result = await nas.ResultAsync("1");

        (result.Status, result.Exit, result.Out, result.Truncated).ShouldBe((CommandStatus.Succeeded, 0, "1\n", true));
        result.Message.ShouldBe("The connection was lost before all output had arrived.");
    }

    [Fact]
    public async Task Submit_GivenALostConnection_ShouldBeLostWithTheOutputSoFar()
    {
        await using var nas = new RunningServer();
        var (session, process) = await nas.StartAsync("reboot");
        process.Print("going down");
        process.Lose();
        session.Lose();

        var result = await nas.ResultAsync("1");

        (result.Status, result.Out, result.Message).ShouldBe((CommandStatus.Lost, "going down", "the connection was cut"));
        await nas.IsNowAsync("ssh/nas/exec", "null");
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData(null)]
    public async Task Submit_GivenNoExitStatus_ShouldFailAndPublishNull(string? signal)
    {
        await using var nas = new RunningServer();
        var (_, process) = await nas.StartAsync("crash");
        if (signal is null)
        {
            await ((IRemoteProcess)process).DisposeAsync();
        }

        process.Ends(new ProcessExit(null, signal));

        var result = await nas.ResultAsync("1");
        (result.Status, result.Exit, result.Signal).ShouldBe((CommandStatus.Failed, null, signal));
        await nas.IsNowAsync("ssh/nas/exec", "null");
    }

    [Fact]
    public async Task Submit_GivenLineMode_ShouldPublishEachLineWhileItRuns()
    {
        await using var nas = new RunningServer(options => options with { StandardOutput = StandardOutputMode.ByLine });
        var (_, process) = await nas.StartAsync("count");

        process.Print("one\ntw");
        await nas.SeenAsync("ssh/nas/out", "one");
        process.Print("o\nrest");
        process.Print("oops\n", OutputStream.StandardError);
        process.End(0);

        await nas.ResultAsync("1");
        nas.Texts("ssh/nas/out").ShouldBe(["one", "two", "rest"]);
        nas.Texts("ssh/nas/err").ShouldBe(["oops"]);
    }

    [Fact]
    public async Task Submit_GivenLinesWhileTheOutboxIsFull_ShouldStillStopTheCommand()
    {
        var outbox = new Outbox(messageLimit: 1);
        await using var nas = new RunningServer(
            options => options with { StandardOutput = StandardOutputMode.ByLine, KeepAlive = TimeSpan.FromHours(1) },
            outbox,
            isBrokerThere: false
        );
        var (session, process) = await nas.StartAsync("yes");
        process.Print("y\ny\ny");

        nas.Write("cancel", "1");
        await session.StopAsync(process);
        await nas.Clock.PassAsync(TimeSpan.FromSeconds(2));
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (nas.Journal.Unacknowledged().Single().Result is null)
        {
            waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
            nas.Clock.Advance(Gap);
            await Task.Yield();
        }
    }

    [Fact]
    public async Task RunAsync_GivenAShutdown_ShouldRejectQueuedCommandsAndLetTheRunningOneEnd()
    {
        await using var nas = new RunningServer();
        var (session, first) = await nas.StartAsync("first");
        nas.Exec("second", "2");

        await nas.StopAsync();
        nas.Exec("third", "3");

        foreach (var id in (string[])["2", "3"])
        {
            var refused = await nas.ResultAsync(id);
            (refused.Status, refused.Reason).ShouldBe((CommandStatus.Rejected, "shutdown"));
        }

        first.End(0);
        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Succeeded);
        await nas.EndedAsync();
        await nas.IsNowAsync("ssh/nas/connection", "offline");
        session.IsClosed.ShouldBeTrue();
    }

    [Fact]
    public async Task RunAsync_GivenTheDeadline_ShouldStopTheRunningOne()
    {
        await using var nas = new RunningServer();
        var (session, first) = await nas.StartAsync("first");
        await nas.StopAsync();

        await nas.DeadlineAsync();

        await session.StopAsync(first);
        var result = await nas.ResultAsync("1");
        (result.Status, result.Reason).ShouldBe((CommandStatus.Cancelled, "shutdown"));
        await nas.EndedAsync();
    }

    [Theory]
    [InlineData("WebConsole", "local")]
    [InlineData("Schedule", "local")]
    [InlineData("Mqtt", null)]
    public async Task Submit_GivenAFullOutbox_ShouldRejectCommandsOfOtherSources(string source, string? reason)
    {
        await using var nas = new RunningServer(outbox: new Outbox(messageLimit: 1), isBrokerThere: false);
        nas.Outbox.Post(new MqttPublication("ssh/test", default));
        var parsed = new CommandParser([], nas.Clock).Parse(
            new WriteTopic("nas", "exec", null),
            new MqttDelivery("somewhere", "true"u8.ToArray()),
            Enum.Parse<CommandSource>(source)
        );

        var refusal = nas.Server.Submit(parsed.ShouldBeOfType<ParsedCommand.Valid>().Command);

        refusal?.Reason.ShouldBe(reason);
        (refusal is null).ShouldBe(reason is null);
    }

    /// <summary>A command exceeds its timeout, and ignores signals.</summary>
    private static async Task<(FakeSession Session, FakeProcess Process)> ExceedTimeoutAsync(RunningServer nas)
    {
        var session = await nas.Transport.AcceptAsync();
        nas.Write("exec/5", """{"command":"stubborn","id":"1"}""");
        var process = await session.NextAsync();
        process.IgnoresSignals = true;
        await nas.Clock.PassAsync(TimeSpan.FromSeconds(5));
        return (session, process);
    }
}
