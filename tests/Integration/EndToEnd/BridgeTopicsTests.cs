using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary><c>ssh/bridge/…</c>, servers that do not hinder each other, and both versions of MQTT.</summary>
public sealed class BridgeTopicsTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [Fact]
    public async Task State_GivenTheProgramKilled_ShouldBecomeOfflineByItsLastWill()
    {
        await using var bridge = await world.StartAsync(world.Nas());

        await bridge.KillAsync();

        await bridge.IsAsync("ssh/bridge/state", "offline");
        bridge.Probe.Messages.Last(message => message.Topic == "ssh/bridge/state").Retain.ShouldBeTrue();
    }

    [Fact]
    public async Task Info_GivenSecrets_ShouldPublishTheSettingsAndNoSecret()
    {
        await using var bridge = await world.StartAsync(
            world
                .Nas()
                .Server(
                    "router",
                    "host: 192.0.2.1",
                    "user: admin",
                    "password: canary-password",
                    "persistentConnection: false",
                    "stdout: line"
                )
        );
        await bridge["nas"].IsAsync("connection", "online");

        var info = await bridge.OrLogAsync(
            bridge.Probe.WaitForAsync(message => message.Topic == "ssh/bridge/info" && message.Text.Contains("\"online\""))
        );

        info.Retain.ShouldBeTrue();
        using var json = JsonDocument.Parse(info.Text);
        json.RootElement.GetProperty("version").GetString().ShouldBe("0.1.0");
        json.RootElement.GetProperty("startedAt").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        JsonElement[] servers = [.. json.RootElement.GetProperty("servers").EnumerateArray()];
        servers.Select(server => server.GetProperty("id").GetString()).ShouldBe(["nas", "router"]);
        servers[1].GetProperty("host").GetString().ShouldBe("192.0.2.1");
        servers[1].GetProperty("user").GetString().ShouldBe("admin");
        servers[1].GetProperty("stdout").GetString().ShouldBe("line");
        servers[1].GetProperty("persistentConnection").GetBoolean().ShouldBeFalse();
        servers[0].GetProperty("sshLibrary").GetString().ShouldBe("sshnet");
        servers[0].GetProperty("algorithms").GetProperty("keyExchange").GetString().ShouldNotBeNullOrEmpty();
        servers[0].GetProperty("algorithms").GetProperty("cipherIn").GetString().ShouldNotBeNullOrEmpty();
        servers[1].GetProperty("algorithms").ValueKind.ShouldBe(JsonValueKind.Null);
        info.Text.ShouldNotContain("canary");
        info.Text.ShouldNotContain("assword");
        bridge.Log.ShouldNotContain("canary");
        File.ReadAllText($"/proc/{bridge.Process.Id}/cmdline").ShouldNotContain("canary");
    }

    [Fact]
    public async Task Servers_GivenOneThatIsStuckAndOneThatIsNotThere_ShouldNotDelayTheOthers()
    {
        await using var bridge = await world.StartAsync(
            world
                .Nas()
                .Server("other", world.Sshd)
                .Server("stuck", world.Sshd)
                .Server("away", "host: 127.0.0.1", $"port: {FreePort.Find()}", "user: nobody", "password: none")
        );
        await bridge["stuck"].RunningAsync("sleep 600", "stuck");

        for (var i = 0; i < 5; i++)
        {
            (await bridge["nas"].ExecAsync("echo nas"))["out"].ShouldBe("nas");
            (await bridge["other"].ExecAsync("echo other"))["out"].ShouldBe("other");
        }

        var away = await bridge["away"].ExecAsync("true");
        (away["exec"], away.Status, away.Reason).ShouldBe(("error", "rejected", "connect"), away.Json);
        bridge["stuck"].ResultsOf("stuck").ShouldBeEmpty();
        await bridge["stuck"].PublishAsync("cancel/set", "");
        (await bridge["stuck"].EndAsync("stuck")).Status.ShouldBe("cancelled");
    }

    [Fact]
    public async Task Version311_GivenCommands_ShouldDoTheSame()
    {
        await using var bridge = await world.StartAsync(
            world.Nas().Mqtt("protocolVersion: 3.1.1"),
            new ProbeOptions { Version = 4 }
        );

        var report = await bridge["nas"].ExecAsync("printf 'a\\nb\\n'", new { id = "old" });
        var wrong = await bridge["nas"].ExecAsync("");

        report.Order.Where(topic => topic is not "queue" and not "connection").ShouldBe(["out", "err", "exec", "last", "result"]);
        (report["out"], report["exec"], report.Id).ShouldBe(("a<br>b", "0", "old"));
        wrong.Reason.ShouldBe("invalid");
        await bridge.KillAsync();
        await bridge.IsAsync("ssh/bridge/state", "offline");
    }

    [Theory]
    [InlineData("5", false)]
    [InlineData("3.1.1", true)]
    public async Task Retained_GivenOneStoredBeforeTheStart_ShouldNeverRun(string version, bool isAnswered)
    {
        var file = world.Sshd.Folder[$"file-{Guid.NewGuid():N}"];
        await using var client = await MqttProbe.ConnectAsync(world.Broker);
        await client.PublishAsync("ssh/nas/exec/set", $"touch {file}", retain: true);
        await using var bridge = await world.StartAsync(world.Nas().Mqtt($"protocolVersion: {version}"));

        if (isAnswered)
        {
            // MQTT 3.1.1 cannot exclude retained messages from a subscription.
            await bridge.OrLogAsync(
                bridge.Probe.WaitForAsync(message =>
                    message.Topic == "ssh/nas/result" && message.Text.Contains("\"reason\":\"retained\"")
                )
            );
        }

        await client.PublishAsync("ssh/nas/exec/set", "", retain: true);
        if (isAnswered)
        {
            // Nor does it mark the clearing of a retained message for a subscriber: it looks like an empty command.
            await bridge.OrLogAsync(
                bridge.Probe.WaitForAsync(message => message.Topic == "ssh/nas/result" && message.Text.Contains("\"invalid\""))
            );
        }

        var next = await bridge["nas"].ExecAsync("true", new { id = $"after-{version}" });

        next.Id.ShouldBe($"after-{version}");
        bridge["nas"].History("result").Count.ShouldBe(isAnswered ? 3 : 1);
        File.Exists(file).ShouldBeFalse();
    }

    [Fact]
    public async Task BaseTopic_GivenAnotherOne_ShouldPrefixAllTopics()
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas().Mqtt("baseTopic: ssh/site"), world.Broker);
        await bridge.LaunchAsync();
        await bridge.SeenAsync("ssh/site/bridge/state", "online");

        await bridge.Probe.PublishAsync("ssh/site/nas/exec/set", "echo site", responseTopic: "ssh/site/reply/x");

        await bridge.SeenAsync("ssh/site/nas/out", "site");
        await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message.Topic == "ssh/site/reply/x"));
        bridge.Probe.Messages.ShouldAllBe(message => message.Topic.StartsWith("ssh/site/"));
    }
}
