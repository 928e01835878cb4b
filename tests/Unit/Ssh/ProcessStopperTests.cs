using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;
using SshMqttBridge.Tests.Unit.Servers;

namespace SshMqttBridge.Tests.Unit.Ssh;

/// <summary>What is sent to a server to stop a command, and what is known afterwards.</summary>
public sealed class ProcessStopperTests : IAsyncDisposable
{
    private const string Dropbear = "SSH-2.0-dropbear_2022.83";
    private const string EndedAnswer = "ssh-mqtt-bridge stop: ended\n";

    private static readonly TimeSpan Patience = ProcessStopper.UsualPatience;
    private static readonly TimeSpan UsualTime = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan ScriptLimit = Patience * 1.5 + TimeSpan.FromSeconds(2);

    private readonly WatchedTimeProvider _time = new();
    private readonly FakeSession _session = new();
    private StopScript _script = new(StopRule.Auto);

    [Fact]
    public async Task StopAsync_GivenACommandThatEndsOnTerm_ShouldRunNoScript()
    {
        (await StopAsync(new FakeProcess(_ => { }), endsOnTerm: true)).ShouldBe(StopResult.Ended);

        _session.ChannelCount.ShouldBe(0);
    }

    [Fact]
    public async Task StopAsync_GivenAnyOtherCommand_ShouldNotTakeTheEndOfTheShellForTheEndOfItsChildren()
    {
        FakeProcess process = new(_ => { });
        var stopping = StopAsync(process);
        var script = await _session.NextAsync();
        process.Exit.IsCompleted.ShouldBeFalse("a signal would end the shell before the script has found its children");
        process.Ends(new ProcessExit(null, "TERM"));
        script.Print("ssh-mqtt-bridge stop: running\n");
        script.End(0);

        (await stopping).ShouldBe(StopResult.Unconfirmed);
    }

    [Theory]
    [InlineData(EndedAnswer, "Ended")]
    [InlineData("Welcome!\n" + EndedAnswer, "Ended")]
    [InlineData("ssh-mqtt-bridge stop: running\n", "Unconfirmed")]
    public async Task StopAsync_GivenAServerThatIgnoresSignals_ShouldReportWhatTheScriptSaw(string answer, string expected)
    {
        var stopping = StopAsync(Stubborn());
        var script = await _session.NextAsync();
        script.Print(answer);
        script.End(0);
        await _time.PassAsync(UsualTime);

        (await stopping).ToString().ShouldBe(expected);
        _session.ChannelCount.ShouldBe(1);
    }

    [Theory]
    [InlineData("forced")]
    [InlineData("signal")]
    [InlineData("SSH-2.0-AsyncSSH_2.10.1")]
    [InlineData("SSH-2.0-OpenSSH_for_Windows_9.5")]
    [InlineData("")]
    public async Task StopAsync_GivenAServerThatMayRunSomethingElse_ShouldOnlySendSignals(string server)
    {
        _session.HasForcedCommand = server == "forced";
        _script = new StopScript(server == "signal" ? StopRule.Signal : StopRule.Auto);
        _session.ServerVersion = server is "forced" or "signal" ? _session.ServerVersion : server;
        var process = Stubborn();

        var stopping = StopAsync(process);
        (await process.SignalledAsync()).ShouldBe("TERM");
        await _time.PassAsync(Patience);
        (await process.SignalledAsync()).ShouldBe("KILL");
        await _time.PassAsync(Patience / 2);

        (await stopping).ShouldBe(StopResult.Unconfirmed);
        _session.ChannelCount.ShouldBe(0);
    }

    [Fact]
    public async Task StopAsync_GivenAServerThatRanSomethingElse_ShouldNotRunTheScriptAgain()
    {
        foreach (var isFirst in (bool[])[true, false])
        {
            var stopping = StopAsync(Stubborn());
            if (isFirst)
            {
                var forced = await _session.NextAsync();
                forced.Print("This account only does backups.\n");
                forced.End(0);
            }

            await _time.PassAsync(Patience);
            await _time.PassAsync(Patience / 2);
            (await stopping).ShouldBe(StopResult.Unconfirmed);
            _session.ChannelCount.ShouldBe(1);
        }
    }

    [Fact]
    public async Task StopAsync_GivenARefusedChannel_ShouldOnlySendSignals()
    {
        _session.ChannelFault = new SshChannelException("no second channel");
        var process = Stubborn();

        var stopping = StopAsync(process);
        await _time.PassAsync(Patience);
        await _time.PassAsync(Patience / 2);

        (await stopping).ShouldBe(StopResult.Unconfirmed);
    }

    [Fact]
    public async Task StopAsync_GivenDropbear_ShouldNotTakeTheEndOfTheShellForTheEndOfItsChildren()
    {
        _session.ServerVersion = Dropbear;
        var stopping = StopAsync(new FakeProcess(_ => { }));
        var script = await _session.NextAsync();
        stopping.IsCompleted.ShouldBeFalse();
        script.Print("ssh-mqtt-bridge stop: running\n");
        script.End(0);
        (await stopping).ShouldBe(StopResult.Unconfirmed);

        _script = new StopScript(StopRule.Signal);
        (await StopAsync(new FakeProcess(_ => { }))).ShouldBe(StopResult.Unconfirmed);
    }

    [Fact]
    public async Task StopAsync_GivenAChannelThatEndsWithoutAReport_ShouldNotClaimThatItStopped()
    {
        var process = Stubborn();
        process.Ends(ProcessExit.Unknown);

        (await StopAsync(process, endsOnTerm: true)).ShouldBe(StopResult.Unconfirmed);
    }

    [Theory]
    [InlineData(false, "NoResponse")]
    [InlineData(true, "Unconfirmed")]
    public async Task StopAsync_GivenARequestThatIsNotAnswered_ShouldTellWhetherAnythingArrived(bool hasOutput, string expected)
    {
        _session.IsSilent = true;
        var stopping = StopAsync(Stubborn());
        _session.ReceivedBytes += hasOutput ? 1u : 0;
        await _time.PassAsync(ScriptLimit);

        (await stopping).ToString().ShouldBe(expected);
    }

    [Fact]
    public async Task StopAsync_GivenALostConnection_ShouldReportNoResponse()
    {
        var process = Stubborn();
        process.Lose();

        (await StopAsync(process, endsOnTerm: true)).ShouldBe(StopResult.NoResponse);
    }

    public ValueTask DisposeAsync() => ((ISshSession)_session).DisposeAsync();

    private static FakeProcess Stubborn() => new(_ => { }) { IgnoresSignals = true };

    private Task<StopResult> StopAsync(FakeProcess process, bool endsOnTerm = false) =>
        new ProcessStopper(_session, _script, _time).StopAsync(process, Patience, endsOnTerm);
}
