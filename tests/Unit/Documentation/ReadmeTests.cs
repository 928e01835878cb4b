using System.Text;
using System.Text.RegularExpressions;
using SshMqttBridge.Actions;
using SshMqttBridge.Configuration;
using SshMqttBridge.Inbound;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Tests.Unit.Configuration.Reading;

namespace SshMqttBridge.Tests.Unit.Documentation;

/// <summary>The examples of README.md must be valid: its configuration, and each message that it sends.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private const int MostMilliseconds = 30_000;

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    private readonly ConfigurationFolder _folder = new();

    public ReadmeTests()
    {
        Directory.CreateDirectory(_folder.Name(".ssh"));
        _folder.Write(".ssh/id_ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
        _folder.Environment["HOME"] = _folder.Path;
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Configuration_GivenThePages_ShouldMatchThePage()
    {
        var options = Options();

        (options.HomeAssistant.Enabled, options.WebConsole.Enabled).ShouldBe((true, true));
        Page.ShouldContain($"`{options.WebConsole.Url.GetLeftPart(UriPartial.Authority)}`");
        // A button takes no arguments, and a sensor needs a schedule.
        options.Servers[0].Actions.Single(action => action.Name == "sleep").Parameters.ShouldBeEmpty();
        options.Servers[0].Actions.Single(action => action.Name == "disk").Schedule.ShouldNotBeNull();
    }

    [Fact]
    public void Messages_GivenThePages_ShouldBeCommands()
    {
        var messages = Published().Matches(Page);

        messages.Count.ShouldBe(3);
        var topics = new TopicScheme("ssh");
        var parser = new CommandParser([], TimeProvider.System, new ActionCatalog(Options().Servers));
        foreach (Match message in messages)
        {
            var topic = message.Groups["topic"].Value;
            var payload = Encoding.UTF8.GetBytes(message.Groups["payload"].Value);
            parser
                .Parse(topics.Parse(topic).ShouldNotBeNull(), new MqttDelivery(topic, payload))
                .ShouldBeOfType<ParsedCommand.Valid>(message.Value);
        }
    }

    private BridgeOptions Options() => _folder.LoadWithoutWarnings(Yaml().Match(Page).Groups["yaml"].Value);

    [GeneratedRegex(@"```yaml\n(?<yaml>mqtt:.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, MostMilliseconds)]
    private static partial Regex Yaml();

    [GeneratedRegex(
        @"(mosquitto_pub -t |topic: )(?<topic>[\w/]+/set)( +-m |, payload: )'(?<payload>[^']*)'",
        RegexOptions.ExplicitCapture,
        MostMilliseconds
    )]
    private static partial Regex Published();
}
