using System.Text.Json.Nodes;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>SIGHUP and <c>watchConfiguration</c> on the real program.</summary>
public sealed class ReloadTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private const string Reloaded = "Configuration reloaded; ";

    [Fact]
    public async Task HangUp_GivenAnotherServer_ShouldServeItAndNotTouchTheOthers()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var canary = bridge.Folder.Write("running", "");
        await bridge["nas"].StartAsync($"echo $PPID; while [ -e {canary} ]; do sleep 0.05; done", "long");
        await bridge["nas"].StartAsync("echo $PPID", "queued");
        await bridge["nas"].IsAsync("queue", """{"running":"long","queued":1}""");

        bridge.Configure(world.Nas().Server("attic", world.Sshd, "queueLimit: 7"));
        await ReloadAsync(bridge, "added: attic");

        (await bridge["attic"].ExecAsync("echo new")).Out.ShouldBe("new\n");
        File.Delete(canary);
        var (first, second) = (await bridge["nas"].EndAsync("long"), await bridge["nas"].EndAsync("queued"));
        first.Status.ShouldBe("succeeded");
        second.Out.ShouldBe(first.Out, "another process of sshd: the connection was opened again");
        bridge["nas"].History("connection").Count(state => state == "online").ShouldBe(1);
        await bridge.IsAsync(
            "ssh/bridge/info",
            info => JsonNode.Parse(info)!["servers"]!.AsArray().Count == 2,
            "the information about two servers"
        );
    }

    [Fact]
    public async Task HangUp_GivenOtherSettingsOfABusyServer_ShouldRunItsQueueWithThem()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var canary = bridge.Folder.Write("running", "");
        await bridge["nas"].StartAsync($"while [ -e {canary} ]; do sleep 0.05; done; echo a; echo b", "long");
        await bridge["nas"].StartAsync("echo c; echo d", "queued");
        await bridge["nas"].IsAsync("queue", """{"running":"long","queued":1}""");

        bridge.Configure(world.Nas("lineSeparator: '+'"));
        await ReloadAsync(bridge, "changed: nas");
        File.Delete(canary);

        (await bridge["nas"].EndAsync("long")).Status.ShouldBe("succeeded");
        (await bridge["nas"].EndAsync("queued")).Status.ShouldBe("succeeded");
        await bridge["nas"].IsAsync("out", "c+d");
    }

    [Fact]
    public async Task HangUp_GivenAServerThatIsRemoved_ShouldRemoveItsTopicsAndAnswerThatThereIsNone()
    {
        await using var bridge = await world.StartAsync(world.Nas().Server("old", world.Sshd));
        (await bridge["old"].ExecAsync("echo last")).Out.ShouldBe("last\n");

        bridge.Configure(world.Nas());
        await ReloadAsync(bridge, "removed: old");

        foreach (var topic in (string[])["connection", "queue", "exec", "out", "last"])
        {
            await bridge["old"].IsAsync(topic, "");
        }

        await bridge["old"].PublishAsync("exec/set", "true");
        await bridge.SeenAsync("ssh/bridge/error", error => error.Contains("There is no server 'old'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task HangUp_GivenAFaultyFile_ShouldChangeNothingAndSayWhy()
    {
        await using var bridge = await world.StartAsync(world.Nas());

        bridge.Configure(world.Nas("prot: 22").Server("attic", world.Sshd));
        bridge.Process.Signal(ChildProcess.HangUp);

        var error = await bridge.SeenAsync(
            "ssh/bridge/error",
            error => error.Contains("\"configuration\"", StringComparison.Ordinal)
        );
        error.Text.ShouldContain("servers.nas.prot");
        await bridge.LoggedAsync("Configuration not reloaded, and nothing has changed");
        (await bridge["nas"].ExecAsync("echo still")).Out.ShouldBe("still\n");
    }

    [Theory]
    [InlineData("mqtt.baseTopic", "baseTopic: home", null)]
    [InlineData("mqtt.clientId", "clientId: other", null)]
    [InlineData("stateDirectory", null, "stateDirectory: other")]
    public async Task HangUp_GivenWhatCannotChange_ShouldSayThatItNeedsARestart(string name, string? mqtt, string? top)
    {
        await using var bridge = await world.StartAsync(world.Nas());

        bridge.Configure(world.Nas().Mqtt(mqtt is null ? [] : [mqtt]).Top(top is null ? [] : [top]));
        bridge.Process.Signal(ChildProcess.HangUp);

        var error = await bridge.SeenAsync(
            "ssh/bridge/error",
            error => error.Contains("only when the bridge is restarted", StringComparison.Ordinal)
        );
        error.Text.ShouldContain(name);
        (await bridge["nas"].ExecAsync("echo still")).Out.ShouldBe("still\n");
    }

    [Fact]
    public async Task HangUp_GivenAnotherBroker_ShouldMoveThereAndKeepTheServers()
    {
        await using var other = await MosquittoBroker.StartNewAsync();
        await using var bridge = await world.StartAsync(world.Nas());
        var before = (await bridge["nas"].ExecAsync("echo $PPID")).Out;
        await using var probe = await MqttProbe.ConnectAsync(other);
        await probe.SubscribeAsync("ssh/#");

        bridge.Configure(world.Nas().Mqtt($"port: {other.Port}"));
        await ReloadAsync(bridge, "other settings: mqtt");

        await bridge.IsAsync("ssh/bridge/state", "offline");
        await probe.WaitForAsync(message => message is { Topic: "ssh/bridge/state", Text: "online" });
        await probe.PublishAsync("ssh/nas/exec/set", "echo $PPID");
        (await probe.WaitForAsync(message => message.Topic == "ssh/nas/out")).Text.ShouldBe(before.TrimEnd('\n'));
    }

    [Fact]
    public async Task Watch_GivenAFileThatIsReplaced_ShouldReloadIt()
    {
        await using var bridge = await world.StartAsync(world.Nas().Top("watchConfiguration: true"));

        // By renaming, as editors do.
        var next = bridge.Folder.Write("next.yaml", world.Nas("queueLimit: 7").Top("watchConfiguration: true").ToString());
        File.Move(next, bridge.ConfigurationFile, overwrite: true);

        await bridge.LoggedAsync("has changed");
        await bridge.LoggedAsync(Reloaded + "changed: nas");
    }

    [Fact]
    public async Task HangUp_GivenLogSettings_ShouldApplyThem()
    {
        await using var bridge = await world.StartAsync(world.Nas());

        bridge.Configure(world.Nas().Top("logFormat: json", "logLevel: debug"));
        bridge.Process.Signal(ChildProcess.HangUp);

        await bridge.LoggedAsync("other settings: logLevel, logFormat");
        var line = bridge.Log.Split('\n').First(line => line.Contains("other settings: logLevel", StringComparison.Ordinal));
        var json = JsonNode.Parse(line).ShouldNotBeNull(line);
        ((string?)json["LogLevel"]).ShouldBe("Information");
    }

    /// <summary>Whatever was configured before, the retained messages are those that a new bridge publishes.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task HangUp_GivenAnyConfigurations_ShouldPublishWhatARestartWould(int seed)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var another = await MosquittoBroker.StartNewAsync();
        AnyConfiguration any = new(world, seed);
        await using var bridge = await BridgeHost.StartNewAsync(any.Next().Mqtt($"port: {broker.Port}"), broker);
        BridgeYaml yaml = null!;
        for (var step = 1; step <= 4; step++)
        {
            yaml = any.Next();
            bridge.Configure(yaml.Mqtt($"port: {broker.Port}"));
            bridge.Process.Signal(ChildProcess.HangUp);
            var count = step;
            await Eventually.TrueAsync(
                () => bridge.Log.Split(Reloaded).Length - 1 == count,
                $"Reload {step} of seed {seed} does not end:\n{bridge.Log}"
            );
        }

        await using var restarted = await BridgeHost.StartNewAsync(yaml.Mqtt($"port: {another.Port}"), another);
        var isInGroup = yaml.ToString().Contains("\ngroup:", StringComparison.Ordinal);
        var (now, expected) = ("", "-");
        await Eventually.TrueAsync(
            async () =>
                (now = await RetainedMessages.TextAsync(broker, isInGroup))
                == (expected = await RetainedMessages.TextAsync(another, isInGroup)),
            () => $"After reloads, seed {seed}:\n{now}\nAfter a restart:\n{expected}\n{yaml}\n{bridge.Log}"
        );
    }

    private static async Task ReloadAsync(BridgeHost bridge, string summary)
    {
        bridge.Process.Signal(ChildProcess.HangUp);
        await bridge.LoggedAsync(Reloaded + summary);
    }
}
