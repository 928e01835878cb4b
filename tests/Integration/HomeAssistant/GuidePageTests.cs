using System.Text;
using System.Text.Json.Nodes;
using SshMqttBridge.Actions;
using SshMqttBridge.Inbound;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Integration.HomeAssistant;

/// <summary>
/// Checks docs/home-assistant.md: its snippets parse and render, and its entities, topics and picture are those that
/// exist.
/// </summary>
public sealed class GuidePageTests(HomeAssistantEmulation homeAssistant) : IClassFixture<HomeAssistantEmulation>
{
    private static readonly TopicScheme Topics = new(GuidePage.Options.Mqtt.BaseTopic);

    public static TheoryData<int> Snippets { get; } = new(Enumerable.Range(1, GuidePage.Snippets.Count - 1));

    [HomeAssistantTheory]
    [MemberData(nameof(Snippets))]
    public void Snippet_GivenItsTemplates_ShouldRender(int index)
    {
        var templates = GuidePage
            .TextsOf(homeAssistant.Parse(GuidePage.Snippets[index]))
            .Select(text => text.Text)
            .Where(text => text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal));

        foreach (var template in templates)
        {
            homeAssistant.Render(template, Variables()).ShouldNotBeNullOrWhiteSpace(template);
        }
    }

    [HomeAssistantTheory]
    [MemberData(nameof(Snippets))]
    public void Snippet_GivenItsTopics_ShouldNameOnlyExistingOnes(int index)
    {
        var document = homeAssistant.Parse(GuidePage.Snippets[index]);

        foreach (var (_, topic) in GuidePage.TextsOf(document).Where(text => text.Key == "topic"))
        {
            var nas = GuidePage.Options.Servers[0];
            (KnownTopics.IsPublished(topic, Topics, nas) || KnownTopics.IsWritten(topic, Topics, nas)).ShouldBeTrue(topic);
        }
    }

    [HomeAssistantTheory]
    [MemberData(nameof(Snippets))]
    public void Snippet_GivenItsPayload_ShouldBeACommand(int index)
    {
        var parser = new CommandParser(
            GuidePage.Options.Mqtt.ResponseTopics,
            TimeProvider.System,
            new ActionCatalog(GuidePage.Options.Servers)
        );

        foreach (var (topic, payload) in Publications(homeAssistant.Parse(GuidePage.Snippets[index])))
        {
            var delivery = new MqttDelivery(topic, Encoding.UTF8.GetBytes(homeAssistant.Render(payload, Variables())));

            parser.Parse(Topics.Parse(topic).ShouldNotBeNull(), delivery).ShouldBeOfType<ParsedCommand.Valid>(payload);
        }
    }

    [Fact]
    public void Page_GivenItsEntities_ShouldNameOnlyExistingOnes() =>
        GuidePage.EntitiesIn(GuidePage.Text).Except(GuidePage.Entities).ShouldBeEmpty();

    [Fact]
    public void Page_GivenTheEntities_ShouldNameThemAll() =>
        GuidePage
            .Entities.Except(GuidePage.EntitiesIn(GuidePage.Text))
            .ShouldBe(["button.ssh_nas_run_disk"], "all but the disk's button, which is one of button.ssh_nas_run_<action>");

    [Fact]
    public void Picture_GivenTheConfiguration_ShouldShowItsEntities() =>
        GuidePage
            .Rows()
            .ShouldBe(
                GuidePage
                    .Devices.SelectMany(device => device.Components)
                    .Select(component =>
                        (
                            component.Platform.Replace('_', ' '),
                            (string)component.Options["name"]!,
                            component.Options.ContainsKey("command_topic") ? "→" : "←",
                            (string)(component.Options["command_topic"] ?? component.Options["state_topic"])!
                        )
                    ),
                ignoreOrder: true
            );

    private static JsonObject Variables()
    {
        var result = JsonNode.Parse(Examples.Results["quotes"].ToJson())!;
        var attributes = result.DeepClone();
        attributes["event_type"] = "failed";
        return new JsonObject
        {
            ["command"] = """echo "it's" \ {{ 1 }}""",
            ["id"] = "ha-1",
            ["answer"] = result.DeepClone(),
            ["value_json"] = result.DeepClone(),
            ["wait"] = new JsonObject { ["trigger"] = new JsonObject { ["payload_json"] = result.DeepClone() } },
            ["trigger"] = new JsonObject
            {
                ["to_state"] = new JsonObject { ["state"] = "2026-11-22", ["attributes"] = attributes },
            },
        };
    }

    private static IEnumerable<(string Topic, string Payload)> Publications(JsonNode? node) =>
        node switch
        {
            JsonObject mapping when (string?)(mapping["action"] as JsonValue) == "mqtt.publish" =>
            [
                ((string)mapping["data"]!["topic"]!, (string)mapping["data"]!["payload"]!),
            ],
            JsonObject mapping => mapping.SelectMany(pair => Publications(pair.Value)),
            JsonArray list => list.SelectMany(Publications),
            _ => [],
        };
}
