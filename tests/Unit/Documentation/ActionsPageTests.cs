using System.Text;
using System.Text.RegularExpressions;
using SshMqttBridge.Actions;
using SshMqttBridge.Configuration;
using SshMqttBridge.Inbound;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Tests.Unit.Configuration.Reading;

namespace SshMqttBridge.Tests.Unit.Documentation;

/// <summary>The example of docs/actions.md must be valid, and work as the page describes.</summary>
public sealed partial class ActionsPageTests : IDisposable
{
    private const int MostMilliseconds = 30_000;

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "actions.md"));

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Example_GivenThePagesMessages_ShouldBeCommands()
    {
        var messages = Publish().Matches(Page);

        messages.Count.ShouldBe(7);
        foreach (Match message in messages)
        {
            Parse(message.Groups["action"].Value, Unquoted(message.Groups["payload"].Value))
                .ShouldBeOfType<ParsedCommand.Valid>(message.Value);
        }
    }

    [Fact]
    public void Example_GivenAnArgument_ShouldSendWhatThePageShows()
    {
        var command = Parse("restart", """{"args":{"unit":"nginx"}}""").ShouldBeOfType<ParsedCommand.Valid>().Command;

        Page.ShouldContain($"```sh\n{command.Text}\n```");
    }

    [Theory]
    [InlineData("reboot", "")]
    [InlineData("volume", """{"args":{"percent":101}}""")]
    public void Example_GivenAnInvalidPayload_ShouldBeRejectedAsThePageShows(string action, string payload) =>
        Page.Split('\n').ShouldContain(Parse(action, payload).ShouldBeOfType<ParsedCommand.Faulty>().Message);

    [Fact]
    public void Example_GivenItsSchedules_ShouldBeThose() =>
        Options()
            .Servers[0]
            .Actions.Select(action => action.Schedule)
            .OfType<ActionSchedule>()
            .ShouldBe([
                new ActionSchedule.Every(TimeSpan.FromMinutes(5)),
                new ActionSchedule.Cron("0 3 * * *"),
                new ActionSchedule.Every(TimeSpan.FromMinutes(1)),
            ]);

    private ParsedCommand Parse(string action, string payload) =>
        new CommandParser([], TimeProvider.System, new ActionCatalog(Options().Servers)).Parse(
            new WriteTopic("nas", "run", action),
            new MqttDelivery($"ssh/nas/run/{action}/set", Encoding.UTF8.GetBytes(payload))
        );

    private BridgeOptions Options() => _folder.LoadWithoutWarnings(Yaml().Match(Page).Groups["yaml"].Value);

    /// <summary>The word after -m as a shell parses it.</summary>
    private static string Unquoted(string word) =>
        word.Replace(@"'\''", "\0", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal).Replace('\0', '\'');

    [GeneratedRegex(@"```yaml\n(?<yaml>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, MostMilliseconds)]
    private static partial Regex Yaml();

    [GeneratedRegex(
        @"(?m)^mosquitto_pub -t ssh/nas/run/(?<action>\w+)/set (-n|-m (?<payload>.*))$",
        RegexOptions.ExplicitCapture,
        MostMilliseconds
    )]
    private static partial Regex Publish();
}
