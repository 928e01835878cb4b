using System.Text.Json.Nodes;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Tests.Unit.HomeAssistant;

namespace SshMqttBridge.Tests.Integration.HomeAssistant;

/// <summary>
/// Home Assistant's rules for discovery: those for one payload are in discovery.schema.json, those across payloads are here.
/// </summary>
public sealed class DiscoveryPayloadTests(HomeAssistantEmulation homeAssistant) : IClassFixture<HomeAssistantEmulation>
{
    public static TheoryData<string> Configurations { get; } = new(Examples.Configurations.Keys);

    [HomeAssistantTheory]
    [MemberData(nameof(Configurations))]
    public void Payload_GivenAConfiguration_ShouldKeepTheRules(string name)
    {
        foreach (var payload in Payloads(Examples.Configurations[name]))
        {
            homeAssistant.FaultsOf(payload).ShouldBeEmpty(payload.ToJsonString());
        }
    }

    [HomeAssistantFact]
    public void Payload_GivenRemovedComponents_ShouldKeepTheRules()
    {
        var device = Options.DevicesOf(Options.Bridge(Options.Server("nas")))[1];

        homeAssistant
            .FaultsOf(JsonNode.Parse(device.ToJson([new("Run_x", "button"), new("Action_x", "sensor")]))!)
            .ShouldBeEmpty();
    }

    /// <summary>A schema that accepts everything would prove nothing.</summary>
    [HomeAssistantTheory]
    [InlineData("qos", "1")]
    [InlineData("state_topic", "\"a\"")]
    [InlineData("~", "\"a\"")]
    [InlineData("device", "{}")]
    [InlineData("device", """{"identifiers":["a b"],"name":"x"}""")]
    [InlineData("device", """{"identifiers":["a"],"name":"x","serial":"1"}""")]
    [InlineData("origin", "{}")]
    [InlineData("availability", """[{"topic":""}]""")]
    [InlineData("availability", """[{"topic":"a/#"}]""")]
    [InlineData("components", "{}")]
    [InlineData("components", """{"A":{}}""")]
    [InlineData("components", """{"A b":{"platform":"button"}}""")]
    [InlineData("components", """{"A":{"platform":"button","name":"x"}}""")]
    [InlineData("components/Cancel/unique_id", null)]
    [InlineData("components/Cancel/default_entity_id", "\"button.a-b\"")]
    [InlineData("components/Cancel/object_id", "\"a\"")]
    [InlineData("components/Cancel/retain", "true")]
    [InlineData("components/Cancel/command_topic", "\"a/+\"")]
    [InlineData("components/Cancel/icon", "\"cancel\"")]
    [InlineData("components/Cancel/state_topic", "\"a\"")]
    [InlineData("components/Connection/state_topic", null)]
    [InlineData("components/Connection/payload_on", "\"ON\"")]
    [InlineData("components/LastResult/state_class", "\"measurement\"")]
    [InlineData("components/LastResult/json_attributes_topic", null)]
    [InlineData("components/LastResult/device_class", null)]
    [InlineData("components/CommandFinished/event_types", null)]
    [InlineData("components/QueueLength/entity_category", "\"config\"")]
    [InlineData("components/RunCommand/max", "255")]
    public void Payload_GivenARuleBroken_ShouldBeFound(string path, string? value)
    {
        var payload = Payloads(Options.Bridge(Options.Server("nas")))[1];
        homeAssistant.FaultsOf(payload).ShouldBeEmpty();

        var keys = path.Split('/');
        var parent = keys.SkipLast(1).Aggregate(payload, (node, key) => node[key]!).AsObject();
        parent.Remove(keys[^1]);
        if (value is not null)
        {
            parent[keys[^1]] = JsonNode.Parse(value);
        }

        homeAssistant.FaultsOf(payload).ShouldNotBeEmpty();
    }

    [HomeAssistantTheory]
    [MemberData(nameof(Configurations))]
    public void Payloads_GivenAConfiguration_ShouldFitTogether(string name)
    {
        var options = Examples.Configurations[name];
        var devices = Options.DevicesOf(options);
        var payloads = Payloads(options);
        var components = payloads
            .SelectMany(payload => payload["components"]!.AsObject().Select(component => component.Value!))
            .ToList();

        // docs mqtt/#discovery-topic
        var prefix = options.HomeAssistant.DiscoveryPrefix + "/device/";
        devices.Select(device => device.Topic).ShouldAllBe(topic => topic.StartsWith(prefix, StringComparison.Ordinal));
        devices
            .Select(device => device.Topic[prefix.Length..])
            .ShouldAllBe(rest =>
                rest.EndsWith("/config", StringComparison.Ordinal)
                && rest.SkipLast("/config".Length)
                    .All(character => char.IsAsciiLetterOrDigit(character) || character == '_' || character == '-')
            );
        // Each device has one topic and one identifier; each names the bridge, which comes first.
        devices.Select(device => device.Topic).Distinct().Count().ShouldBe(devices.Count);
        payloads.Select(payload => (string)payload["device"]!["identifiers"]![0]!).Distinct().Count().ShouldBe(devices.Count);
        payloads
            .Skip(1)
            .Select(payload => (string?)payload["device"]!["via_device"])
            .ShouldAllBe(via => via == (string)payloads[0]["device"]!["identifiers"]![0]!);
        // core entity_registry.py: a second entity of the same platform and unique_id is not added.
        components.Select(component => (string)component["unique_id"]!).Distinct().Count().ShouldBe(components.Count);
        // The entity id is of the entity's own platform.
        components.ShouldAllBe(component =>
            ((string)component["default_entity_id"]!).StartsWith((string)component["platform"]! + ".", StringComparison.Ordinal)
        );
        Availability(payloads[0]).ShouldBeEmpty();
        payloads.Skip(1).ShouldAllBe(payload => Availability(payload).Single() == $"{options.Mqtt.BaseTopic}/bridge/state");
    }

    [HomeAssistantTheory]
    [MemberData(nameof(Configurations))]
    public void Topics_GivenAConfiguration_ShouldBeTheBridges(string name)
    {
        var options = Examples.Configurations[name];
        var scheme = new TopicScheme(options.Mqtt.BaseTopic);

        foreach (var (device, server) in Options.DevicesOf(options).Skip(1).Zip(options.Servers))
        {
            foreach (var component in device.Components)
            {
                foreach (var key in (string[])["state_topic", "json_attributes_topic"])
                {
                    if ((string?)component.Options[key] is { } read)
                    {
                        KnownTopics.IsPublished(read, scheme, server).ShouldBeTrue(read);
                    }
                }

                if ((string?)component.Options["command_topic"] is { } written)
                {
                    KnownTopics.IsWritten(written, scheme, server).ShouldBeTrue(written);
                }
            }
        }
    }

    private static List<JsonNode> Payloads(BridgeOptions options) =>
        [.. Options.DevicesOf(options).Select(device => JsonNode.Parse(device.ToJson())!)];

    private static IEnumerable<string> Availability(JsonNode payload) =>
        payload["availability"]?.AsArray().Select(topic => (string)topic!["topic"]!) ?? [];
}
