using System.Text;
using System.Text.Json.Nodes;
using SshMqttBridge.Commands;
using SshMqttBridge.Inbound;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Integration.HomeAssistant;

/// <summary>
/// Checks the blueprint of examples/home-assistant: its templates render, its topics exist, and what it sends is a command.
/// </summary>
public sealed class BlueprintTests(HomeAssistantEmulation homeAssistant) : IClassFixture<HomeAssistantEmulation>
{
    private const string Command = """echo "it's" \ {{ 1 }}""";

    private static readonly string Blueprints = Path.Combine(Repository.Root, "examples", "home-assistant", "run_and_wait.yaml");

    [HomeAssistantFact]
    public void Sequence_GivenACommand_ShouldSendItAndWaitForItsResult()
    {
        var sequence = Blueprint()["sequence"]!.AsArray();
        var publish = sequence[1]!["data"]!;
        var trigger = sequence[2]!["wait_for_trigger"]![0]!;

        Render(publish["topic"]!).ShouldBe("ssh/nas/exec/set");
        Render(trigger["topic"]!).ShouldBe("ssh/nas/result");
        var delivery = new MqttDelivery("ssh/nas/exec/set", Encoding.UTF8.GetBytes(Render(publish["payload"]!)));
        var command = new CommandParser([], TimeProvider.System)
            .Parse(new WriteTopic("nas", "exec", null), delivery)
            .ShouldBeOfType<ParsedCommand.Valid>()
            .Command.ShouldBeOfType<ExecCommand>();
        (command.CommandLine, command.Id, command.Timeout).ShouldBe((Command, "ha-1", TimeSpan.FromSeconds(5)));
        Render(sequence[2]!["timeout"]!["seconds"]!).ShouldBe("65.0");
    }

    [HomeAssistantFact]
    public void Sequence_GivenTheResult_ShouldReturnIt()
    {
        var sequence = Blueprint()["sequence"]!.AsArray();
        var trigger = sequence[2]!["wait_for_trigger"]![0]!;
        var json = Encoding.UTF8.GetString(Examples.Results["quotes"].ToJson());

        homeAssistant.RenderValue((string)trigger["value_template"]!, json).ShouldBe(Examples.Results["quotes"].Id);
        Render(trigger["payload"]!).ShouldBe("ha-1");
        Render(sequence[4]!["variables"]!["result"]!).ShouldContain("'exit': 1");
        ((string)sequence[5]!["response_variable"]!).ShouldBe("result");
    }

    [HomeAssistantFact]
    public void Inputs_GivenTheBlueprint_ShouldAllBeUsed()
    {
        var text = File.ReadAllText(Blueprints);

        foreach (var (input, _) in Blueprint()["blueprint"]!["input"]!.AsObject())
        {
            text.ShouldContain($"{input}: !input {input}");
        }
    }

    /// <summary>With the inputs that a user has set.</summary>
    private JsonNode Blueprint() =>
        homeAssistant.Parse(
            File.ReadAllText(Blueprints)
                .Replace("!input server", "nas", StringComparison.Ordinal)
                .Replace("!input base_topic", "ssh", StringComparison.Ordinal)
        )!;

    private string Render(JsonNode template) =>
        homeAssistant.Render(
            (string)template!,
            new JsonObject
            {
                ["server"] = "nas",
                ["base_topic"] = "ssh",
                ["command"] = Command,
                ["id"] = "ha-1",
                ["seconds"] = 5,
                ["wait"] = new JsonObject
                {
                    ["trigger"] = new JsonObject { ["payload_json"] = JsonNode.Parse(Examples.Results["quotes"].ToJson()) },
                },
            }
        );
}
