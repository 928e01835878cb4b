using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>The command that finds out what an action has set, after a run of the action.</summary>
public sealed class StateFollowUpTests
{
    private static readonly ActionOptions Screen = new()
    {
        Name = "screen",
        CommandLine = "",
        Switch = new ActionSwitch("dpms on", "dpms off"),
        StateCommandLine = "dpms state",
        Parameters = [ActionSwitch.Parameter],
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Run_GivenASwitch_ShouldFindOutItsState(int exit)
    {
        await using var nas = new RunningServer(options => options with { Actions = [Screen] });
        await nas.IsNowAsync("ssh/nas/action/screen/state", "unknown");
        var session = await nas.Transport.AcceptAsync();

        nas.Write("run/screen", "ON");
        var on = await session.NextAsync();
        on.CommandLine.ShouldBe("dpms on");
        on.End(exit);

        var state = await session.NextAsync();
        state.CommandLine.ShouldBe("dpms state");
        state.End(0);
        await nas.IsNowAsync("ssh/nas/action/screen/state", "ON");
        await nas.IsNowAsync("ssh/nas/action/screen/status", "ok");
    }

    [Fact]
    public async Task Run_GivenSeveralInARow_ShouldFindOutTheStateOnceForThoseThatWait()
    {
        await using var nas = new RunningServer(options => options with { Actions = [Screen] });
        var session = await nas.Transport.AcceptAsync();
        nas.Write("run/screen", "ON");
        var on = await session.NextAsync();
        nas.Write("run/screen", "OFF");

        on.End(0);
        (await session.NextAsync()).End(0);
        var state = await session.NextAsync();

        state.CommandLine.ShouldBe("dpms state");
        state.End(1);
        await nas.IsNowAsync("ssh/nas/action/screen/state", "OFF");
        nas.Exec("next", "9");
        (await session.NextAsync()).CommandLine.ShouldBe("next");
    }

    [Fact]
    public async Task Run_GivenARunThatWasNotSent_ShouldNotAsk()
    {
        await using var nas = new RunningServer(options => options with { Actions = [Screen] });
        nas.Write("run/screen", """{"args":{"state":"ON"},"id":"1"}""");
        await nas.Transport.NextAsync();

        nas.Write("cancel", "1");

        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Cancelled);
        nas.Server.Pending.ShouldBeEmpty();
    }
}
