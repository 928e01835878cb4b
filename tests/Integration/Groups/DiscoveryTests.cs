using System.Text.Json.Nodes;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.HomeAssistant;

namespace SshMqttBridge.Tests.Integration.Groups;

/// <summary>To Home Assistant, a group is one bridge, whoever leads.</summary>
public sealed class DiscoveryTests(HomeAssistantEmulation homeAssistant) : IClassFixture<HomeAssistantEmulation>
{
    private const string Bridge = "homeassistant/device/ssh_bridge/config";
    private const string Nas = "homeassistant/device/ssh_nas/config";

    [HomeAssistantTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Takeover_GivenDiscovery_ShouldChangeNothingButTheLeader(bool isKilled)
    {
        await using var group = await BridgeGroup.StartAsync(2, _ => ["homeAssistant: {enabled: true}"]);
        var (leader, standby) = (group.Leader!.Value.Instance, group.Standby);
        await group.Probe.SubscribeAsync("homeassistant/#");
        await ShouldHaveMoreAsync(group, 0);
        var sensor = JsonNode.Parse(Discovery(group, Bridge)[0].Text)!["components"]!["Leader"]!;
        homeAssistant.FaultsOf(JsonNode.Parse(Discovery(group, Bridge)[0].Text)!).ShouldBeEmpty();
        LeaderOf(group, sensor).ShouldBe(leader);
        var before = Math.Max(Discovery(group, Bridge).Count, Discovery(group, Nas).Count);

        if (isKilled)
        {
            await group[leader].KillAsync();
        }
        else
        {
            await group[leader].StopAsync();
        }

        (await group.ShouldBeLedAsync(epoch: 2)).ShouldBe(standby);
        // The standby has published its own now.
        await ShouldHaveMoreAsync(group, before);

        foreach (var topic in (string[])[Bridge, Nas])
        {
            Discovery(group, topic).Select(message => message.Text).Distinct().ShouldHaveSingleItem();
        }

        group
            .Probe.Messages.Select(message => message.Topic)
            .Where(topic => topic.StartsWith("homeassistant/", StringComparison.Ordinal))
            .Distinct()
            .ShouldBe([Bridge, Nas], ignoreOrder: true);
        LeaderOf(group, sensor).ShouldBe(standby);
        // Its entities are available again.
        await group.Client.IsAsync((string)sensor["availability"]![0]!["topic"]!, "online");
        // A client that connects now is given the same.
        await using var late = await MqttProbe.ConnectAsync(group.Broker);
        await late.SubscribeAsync("homeassistant/#");
        var retained = await late.WaitForAsync(message => message.Topic == Bridge);
        retained.Text.ShouldBe(Discovery(group, Bridge)[0].Text);
    }

    private static IReadOnlyList<ProbeMessage> Discovery(BridgeGroup group, string topic) =>
        [.. group.Probe.Messages.Where(message => message.Topic == topic)];

    private static Task ShouldHaveMoreAsync(BridgeGroup group, int count) =>
        Eventually.TrueAsync(
            () => Discovery(group, Bridge).Count > count && Discovery(group, Nas).Count > count,
            $"There are not more than {count} messages for each device"
        );

    /// <summary>The state of Home Assistant's sensor.</summary>
    private string LeaderOf(BridgeGroup group, JsonNode sensor) =>
        homeAssistant.RenderValue(
            (string)sensor["value_template"]!,
            group.Probe.Messages.Last(message => message.Topic == (string)sensor["state_topic"]!).Text
        );
}
