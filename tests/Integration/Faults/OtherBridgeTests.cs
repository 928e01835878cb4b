using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>Row 47: several bridges on one base topic.</summary>
public sealed class OtherBridgeTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private readonly string _ran = world.Sshd.Folder[$"ran-{Guid.NewGuid():N}"];

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task Row47_GivenAServerThatAnotherBridgeServes_ShouldRefuseItUntilThatOneIsGone(string version)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var first = await StartAsync(broker, "first", version, "nas");
        await first["nas"].IsAsync("connection", "online");
        await using var second = await StartAsync(broker, "second", version, "nas", "other");
        await second["other"].IsAsync("connection", "online");
        await second.LoggedAsync("nas: not served, because the bridge 'first' serves it");

        await second.OrLogAsync(
            second.Probe.WaitForAsync(message =>
                message.Topic == "ssh/bridge/info" && message.Text.Contains("\"instance\":\"second\"", StringComparison.Ordinal)
            )
        );

        await RunOnceAsync(first, 1);
        (await second["other"].ExecAsync("echo shard"))["out"].ShouldBe("shard");
        first.Log.ShouldNotContain("Could not dispatch");
        second
            .Probe.Messages.Count(message => message.Topic == "ssh/bridge/error" && message.Text.Contains("\"conflict\""))
            .ShouldBe(1);

        await first.KillAsync();
        await second.LoggedAsync("nas: served, because no other bridge serves it any more");
        await second["nas"].IsAsync("connection", "online");
        await second.IsAsync("ssh/bridge/state", "online");
        await RunOnceAsync(second, 2);

        // Who was first does not matter: the one that serves it goes on.
        await first.StartAsync();
        await first.LoggedAsync("nas: not served, because the bridge 'second' serves it");
        await RunOnceAsync(second, 3);
    }

    [Fact]
    public async Task Row47_GivenOneOfTwoBridgesStops_ShouldStayOnline()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var first = await StartAsync(broker, "first", "5", "nas");
        await using var second = await StartAsync(broker, "second", "5", "other");
        await second["other"].IsAsync("connection", "online");

        (await first.StopAsync()).ShouldBe(0);

        await second.IsAsync("ssh/bridge/state", "online");
        second.Probe.Messages.Last(message => message.Topic == "ssh/bridge/state").Text.ShouldBe("online");
        (await second["other"].ExecAsync("echo still"))["out"].ShouldBe("still");
    }

    [Fact]
    public async Task Row47_GivenAnInfoOfABridgeThatIsGone_ShouldServeItsServer()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using (var client = await MqttProbe.ConnectAsync(broker.Port))
        {
            // As a broker that lost its power keeps them.
            await client.PublishAsync("ssh/bridge/state", "online", retain: true);
            await client.PublishAsync(
                "ssh/bridge/info",
                """{"version":"1","instance":"ghost","startedAt":"2026-01-01T00:00:00.000Z","servers":[{"id":"nas","served":true}]}""",
                retain: true
            );
        }

        await using var bridge = await StartAsync(broker, "first", "5", "nas");

        await bridge.LoggedAsync("nas: not served, because the bridge 'ghost' serves it");
        await bridge.LoggedAsync("nas: served, because no other bridge serves it any more");
        await bridge["nas"].IsAsync("connection", "online");
        await RunOnceAsync(bridge, 1);
    }

    [Fact]
    public async Task Row47_GivenAServerThatAnotherBridgeServes_ShouldFailTheCheck()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var first = await StartAsync(broker, "first", "5", "nas");
        await first["nas"].IsAsync("connection", "online");
        await first.SeenAsync("ssh/bridge/state", "online");
        await using var second = await BridgeHost.CreateAsync(Yaml(broker, "second", "5", "nas", "other"), broker);

        var (status, output) = await BridgeProgram.RunAsync("check", "--connect", "--config", second.ConfigurationFile);
        var (own, ownOutput) = await BridgeProgram.RunAsync("check", "--connect", "--config", first.ConfigurationFile);

        status.ShouldBe(1, output);
        output.ShouldContain("server nas: the bridge 'first' serves it on the same base topic");
        output.ShouldNotContain("server other: the bridge");
        own.ShouldBe(0, ownOutput);
    }

    private BridgeYaml Yaml(MosquittoBroker broker, string clientId, string version, params string[] servers)
    {
        var yaml = new BridgeYaml(broker.Port).Mqtt($"clientId: {clientId}", $"protocolVersion: '{version}'");
        foreach (var server in servers)
        {
            yaml = yaml.Server(server, world.Sshd);
        }

        return yaml;
    }

    private async Task<BridgeHost> StartAsync(MosquittoBroker broker, string clientId, string version, params string[] servers)
    {
        var bridge = await BridgeHost.CreateAsync(Yaml(broker, clientId, version, servers), broker);
        await bridge.StartAsync();
        return bridge;
    }

    private async Task RunOnceAsync(BridgeHost bridge, int count)
    {
        (await bridge["nas"].ExecAsync($"echo {count} >> {_ran}")).Status.ShouldBe("succeeded");
        (await bridge["nas"].ExecAsync($"wc -l < {_ran}")).Out.Trim().ShouldBe($"{count}");
    }
}
