using System.Text;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>What counts as a problem of a server.</summary>
public sealed class ServerProblemTests
{
    private readonly ServerProblem _problem = new(
        HomeAssistant.Options.Server(
            "nas",
            HomeAssistant.Options.Action("disk") with
            {
                Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(5)),
            },
            HomeAssistant.Options.Action("screen") with
            {
                Switch = new ActionSwitch("on", "off"),
                StateCommandLine = "state",
                Parameters = [ActionSwitch.Parameter],
            },
            HomeAssistant.Options.Action("plain")
        )
    );

    [Fact]
    public void ToJson_GivenNoResult_ShouldBeNoProblem() => Json().ShouldBe("""{"problem":false,"command":null,"actions":[]}""");

    [Theory]
    [InlineData("Failed", "failed")]
    [InlineData("TimedOut", "timedOut")]
    [InlineData("Lost", "lost")]
    [InlineData("Rejected", "rejected")]
    public void Add_GivenACommandThatFailed_ShouldBeOneUntilOneSucceeds(string status, string word)
    {
        _problem.Add(Result(status)).ShouldBeTrue();
        _problem.Add(Result(status)).ShouldBeFalse();
        Json().ShouldBe($$"""{"problem":true,"command":"{{word}}","actions":[]}""");

        _problem.Add(Result("Cancelled")).ShouldBeFalse();
        _problem.Add(Result("Expired")).ShouldBeFalse();
        _problem.Exists.ShouldBeTrue();

        _problem.Add(Result("Succeeded")).ShouldBeTrue();
        _problem.Exists.ShouldBeFalse();
    }

    [Fact]
    public void Add_GivenASchedule_ShouldBeThatOfItsAction()
    {
        _problem.Add(Result("Failed") with { Action = "disk", Scheduled = true }).ShouldBeTrue();
        _problem.Add(Result("Succeeded")).ShouldBeFalse();
        Json().ShouldBe("""{"problem":true,"command":null,"actions":["disk"]}""");

        _problem.Add(Result("Succeeded") with { Action = "disk", Scheduled = true }).ShouldBeTrue();
        _problem.Exists.ShouldBeFalse();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(127, true)]
    public void Add_GivenASwitchThatIsOff_ShouldBeNone(long exit, bool isProblem)
    {
        bool? saysOff = CommandResult.IsAnswer(exit) ? true : null;
        _problem.Add(
            Result("Failed") with
            {
                Action = "screen",
                Exit = exit,
                Scheduled = true,
                FindsState = true,
                SaysOff = saysOff,
            }
        );

        _problem.Exists.ShouldBe(isProblem);
    }

    [Fact]
    public void Add_GivenAnythingButACommand_ShouldChangeNothing() =>
        _problem.Add(Result("Rejected") with { Operation = Operation.Connection }).ShouldBeFalse();

    private static CommandResult Result(string status) =>
        new()
        {
            Id = "1",
            Server = "nas",
            Operation = Operation.Exec,
            Status = Enum.Parse<CommandStatus>(status),
            ReceivedAt = DateTimeOffset.UnixEpoch,
        };

    private string Json() => Encoding.UTF8.GetString(_problem.ToJson());
}
