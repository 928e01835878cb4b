using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>The topics of servers and base topics that are no longer configured.</summary>
public sealed class StaleTopicTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [Fact]
    public async Task Row50_GivenAServerThatIsNoLongerConfiguredAfterAKill_ShouldRemoveItsRetainedTopics()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        BridgeYaml Router() => new BridgeYaml(broker.Port).Server("router", world.Sshd);
        await using var bridge = await BridgeHost.StartNewAsync(
            Router().Server("nas", world.Sshd, "actions: {one: {command: echo 1, schedule: 1h}}"),
            broker
        );
        await bridge["nas"].IsAsync("connection", "online");
        await bridge["nas"].SendAsync("run/one/set", "");
        await bridge["nas"].SendAsync("get/set", "missing x");
        await bridge["nas"].SendAsync("put/set", "missing x");
        await bridge["nas"].ExecAsync("echo one; echo two >&2");
        await Eventually.TrueAsync(
            async () => (await RetainedAsync(broker, "ssh/nas/#")).Count == 11,
            () => "not all topics have a retained message"
        );

        await bridge.KillAsync();
        bridge.Configure(Router());
        await bridge.StartAsync();

        await Eventually.TrueAsync(
            async () => (await RetainedAsync(broker, "ssh/nas/#")).Count == 0,
            () => "the topics of the removed server stay"
        );
        (await RetainedAsync(broker, "ssh/router/#")).ShouldContain("ssh/router/connection");
        (await RetainedAsync(broker, "ssh/bridge/#")).ShouldBe(["ssh/bridge/info", "ssh/bridge/state"], ignoreOrder: true);
        await Eventually.TrueAsync(
            () => !File.ReadAllText(bridge.Folder["state/retained-topics.json"]).Contains("nas", StringComparison.Ordinal),
            "the file keeps the topics of the removed server"
        );
    }

    [Fact]
    public async Task Row50_GivenAnotherBaseTopicAfterAKill_ShouldRemoveEverythingBelowTheOldOne()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        BridgeYaml Configuration() => new BridgeYaml(broker.Port).Server("nas", world.Sshd);
        await using var bridge = await BridgeHost.StartNewAsync(Configuration(), broker);
        await bridge["nas"].IsAsync("connection", "online");

        await bridge.KillAsync();
        await bridge.IsAsync("ssh/bridge/state", "offline");
        bridge.Configure(Configuration().Mqtt("baseTopic: moved"));
        await bridge.LaunchAsync();

        await Eventually.TrueAsync(
            async () => (await RetainedAsync(broker, "ssh/#")).Count == 0,
            () => "the topics below the old base topic stay"
        );
        await Eventually.TrueAsync(
            async () => (await RetainedAsync(broker, "moved/#")).Contains("moved/nas/connection"),
            () => "the topics below the new base topic are missing"
        );
    }

    [Fact]
    public async Task Row50_GivenAKillBeforeTheBrokerIsThere_ShouldRemoveThemAtALaterStart()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        BridgeYaml Router() => new BridgeYaml(broker.Port).Server("router", world.Sshd);
        await using var bridge = await BridgeHost.StartNewAsync(Router().Server("nas", world.Sshd), broker);
        await bridge["nas"].IsAsync("connection", "online");
        await bridge.KillAsync();
        bridge.Configure(Router().Mqtt("port: 1"));
        await bridge.LaunchAsync();
        await bridge.LoggedAsync("Not connected to the broker");
        await bridge.KillAsync();

        bridge.Configure(Router());
        await bridge.StartAsync();

        await Eventually.TrueAsync(
            async () => (await RetainedAsync(broker, "ssh/nas/#")).Count == 0,
            () => "the topics of the removed server stay"
        );
    }

    /// <summary>The topics whose retained messages a client that connects now receives.</summary>
    private static async Task<IReadOnlyList<string>> RetainedAsync(MosquittoBroker broker, string filter)
    {
        await using var client = await MqttProbe.ConnectAsync(broker);
        await client.SubscribeAsync(filter);
        // The broker sends the retained messages before later ones.
        var end = $"end/{Guid.NewGuid():N}";
        await client.SubscribeAsync(end);
        await client.PublishAsync(end, "");
        await client.WaitForAsync(message => message.Topic == end);
        return [.. client.Messages.Where(message => message.Retain).Select(message => message.Topic)];
    }
}
