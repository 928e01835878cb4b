using System.Text;
using System.Text.Json.Nodes;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>What the results of actions leave on the topics of actions.</summary>
public sealed class ActionTopicsTests
{
    private static readonly ServerOptions Nas = new()
    {
        Id = "nas",
        Host = "nas",
        User = "admin",
        KeyDirectory = "/",
        Actions =
        [
            Action("plain"),
            Action("disk") with
            {
                Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(5)),
            },
            Action("screen") with
            {
                Switch = new ActionSwitch("on", "off"),
                StateCommandLine = "state",
                Parameters = [ActionSwitch.Parameter],
            },
            Action("lamp") with
            {
                Switch = new ActionSwitch("on", "off"),
                Parameters = [ActionSwitch.Parameter],
            },
            Action("volume") with
            {
                StateCommandLine = "get",
                Parameters = [new ActionParameter("percent", ActionParameterType.Integer)],
            },
        ],
    };

    private static readonly TopicScheme Topics = new("ssh");
    private readonly ActionTopics _topics = new(Topics, new ServerIndex([Nas]));

    [Fact]
    public void Initial_GivenActions_ShouldSayThatNothingIsKnown() =>
        ActionTopics
            .Initial(Nas, Topics)
            .Select(message => (message.Topic["ssh/nas/action/".Length..], Encoding.UTF8.GetString(message.Payload.Span)))
            .ShouldBe([
                ("disk/status", "unknown"),
                ("screen/status", "unknown"),
                ("screen/state", "unknown"),
                ("lamp/status", "unknown"),
                ("lamp/state", "unknown"),
                ("volume/status", "unknown"),
                ("volume/state", "unknown"),
            ]);

    [Theory]
    [InlineData("Succeeded", 0L, "ok")]
    [InlineData("Failed", 1L, "failed")]
    [InlineData("Failed", null, "failed")]
    [InlineData("TimedOut", null, "failed")]
    [InlineData("Rejected", null, "unknown")]
    [InlineData("Expired", null, "unknown")]
    [InlineData("Cancelled", null, "unknown")]
    [InlineData("Lost", null, "unknown")]
    public void Of_GivenARunOfASchedule_ShouldHaveItsStatus(string status, long? exit, string expected)
    {
        var messages = Of(Result("disk", status, exit) with { Scheduled = true, Out = "42\n" });

        messages["disk/status"].ShouldBe(expected);
        var last = JsonNode.Parse(messages["disk/last"])!;
        ((string)last["status"]!, (long?)last["exit"], (string)last["output"]!).ShouldBe((expected, exit, "42"));
        ((string)last["receivedAt"]!).ShouldBe("2026-11-22T10:00:00.000Z");
    }

    [Theory]
    [InlineData("Succeeded", 0L, "ok", "ON")]
    [InlineData("Failed", 1L, "ok", "OFF")]
    [InlineData("Failed", 125L, "ok", "OFF")]
    [InlineData("Failed", 127L, "failed", "unknown")]
    [InlineData("Failed", null, "failed", "unknown")]
    [InlineData("TimedOut", null, "failed", "unknown")]
    [InlineData("Rejected", null, "unknown", "unknown")]
    public void Of_GivenTheStateOfASwitch_ShouldSayWhatItSays(string status, long? exit, string expected, string state)
    {
        bool? saysOff = CommandResult.IsAnswer(exit) ? true : null;
        var messages = Of(
            Result("screen", status, exit) with
            {
                FindsState = true,
                SaysOff = saysOff,
                Scheduled = true,
                Out = "x",
            }
        );

        messages.Keys.ShouldBe(["screen/last", "screen/status", "screen/state"]);
        (messages["screen/status"], messages["screen/state"]).ShouldBe((expected, state));
    }

    [Theory]
    [InlineData("Succeeded", 0L, " 42 \n", "ok", "42")]
    [InlineData("Failed", 1L, "42", "failed", "unknown")]
    public void Of_GivenTheStateOfAParameter_ShouldBeItsOutput(
        string status,
        long exit,
        string output,
        string expected,
        string state
    )
    {
        var messages = Of(Result("volume", status, exit) with { FindsState = true, Scheduled = true, Out = output });

        (messages["volume/status"], messages["volume/state"]).ShouldBe((expected, state));
    }

    [Fact]
    public void Of_GivenARunThatIsFollowedByItsState_ShouldNotGuessIt() =>
        Of(Result("screen", "Succeeded", 0) with { Value = "ON" }).Keys.ShouldBe(["screen", "screen/last", "screen/status"]);

    [Theory]
    [InlineData("Succeeded", 0L, "ON")]
    [InlineData("Failed", 1L, "unknown")]
    [InlineData("Lost", null, "unknown")]
    [InlineData("Rejected", null, null)]
    [InlineData("Expired", null, null)]
    public void Of_GivenASwitchWithoutACommandForItsState_ShouldBeWhatWasSet(string status, long? exit, string? state) =>
        Of(Result("lamp", status, exit) with { Value = "ON" }).GetValueOrDefault("lamp/state").ShouldBe(state);

    [Fact]
    public void Of_GivenAnActionThatOnlyRuns_ShouldHaveItsOutput() =>
        Of(Result("plain", "Succeeded", 0) with { Out = "a\n" }).ShouldBe(new Dictionary<string, string> { ["plain"] = "a" });

    [Fact]
    public void Of_GivenALongOutput_ShouldKeepItsBeginningInTheLastRun()
    {
        var messages = Of(Result("disk", "Succeeded", 0) with { Out = new string('x', 100_000) });

        var last = JsonNode.Parse(messages["disk/last"])!;
        ((string)last["output"]!).Length.ShouldBe(14_000);
        ((bool)last["truncated"]!).ShouldBeTrue();
        messages["disk"].Length.ShouldBe(100_000);
    }

    private static ActionOptions Action(string name) => new() { Name = name, CommandLine = "x" };

    private static CommandResult Result(string action, string status, long? exit) =>
        new()
        {
            Id = "1",
            Server = "nas",
            Operation = Operation.Exec,
            Action = action,
            Status = Enum.Parse<CommandStatus>(status),
            Exit = exit,
            ReceivedAt = new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero),
        };

    private Dictionary<string, string> Of(CommandResult result) =>
        _topics
            .Of(result)
            .ToDictionary(
                message => message.Topic["ssh/nas/action/".Length..],
                message =>
                {
                    message.Retain.ShouldBeTrue();
                    return Encoding.UTF8.GetString(message.Payload.Span);
                }
            );
}
