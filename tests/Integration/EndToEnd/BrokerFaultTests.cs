using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

public sealed class BrokerFaultTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private readonly Gate _gate = new(world.Sshd.Folder);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Broker_GivenARestartWhileACommandRuns_ShouldReceiveTheResultAndAllRetainedTopics(bool isKilled)
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var nas = bridge["nas"];
        await nas.ExecAsync("echo before; echo error >&2", new { id = "before" });
        await nas.RunningAsync($"{_gate.Wait}; echo through", "through");

        await EndBrokerAsync(isKilled);
        await world.Broker.StartAsync();
        await bridge.ConnectProbeAsync();

        // The broker lost its retained messages; the bridge has published all of them.
        await bridge.SeenAsync("ssh/bridge/state", "online");
        await bridge.SeenAsync("ssh/nas/connection", "online");
        await bridge.SeenAsync("ssh/nas/out", "before");
        await bridge.SeenAsync("ssh/nas/err", "error");
        await bridge.SeenAsync("ssh/nas/exec", "0");
        await bridge.SeenAsync("ssh/nas/queue", """{"running":"through","queued":0}""");
        await bridge.OrLogAsync(
            bridge.Probe.WaitForAsync(message => message.Topic == "ssh/nas/last" && message.Text.Contains("\"before\""))
        );
        await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message.Topic == "ssh/bridge/info"));
        nas.History("result").ShouldBeEmpty();

        _gate.Open();
        var report = await nas.EndAsync("through");

        (report.Status, report["out"], report["exec"]).ShouldBe(("succeeded", "through", "0"));
        (await nas.ExecAsync("echo after"))["out"].ShouldBe("after");
    }

    [Fact]
    public async Task Broker_GivenACommandThatEndsWhileItIsDown_ShouldReceiveTheResultLater()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await bridge["nas"].RunningAsync($"{_gate.Wait}; echo meanwhile; exit 7", "meanwhile");

        await EndBrokerAsync(isKilled: true);
        _gate.Open();
        await bridge.LoggedAsync("meanwhile Exec Failed");
        await world.Broker.StartAsync();
        await bridge.ConnectProbeAsync();

        // The result itself may have arrived before this client reconnected.
        await bridge.SeenAsync("ssh/nas/out", "meanwhile");
        await bridge.SeenAsync("ssh/nas/exec", "7");
        await bridge.OrLogAsync(
            bridge.Probe.WaitForAsync(message => message.Topic == "ssh/nas/last" && message.Text.Contains("\"meanwhile\""))
        );
    }

    [Fact]
    public async Task Broker_GivenItIsDownAtTheStart_ShouldBeWaitedFor()
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);
        await EndBrokerAsync(isKilled: false);
        await bridge.LaunchAsync();
        await bridge.LoggedAsync($"127.0.0.1:{world.Broker.Port}");

        await world.Broker.StartAsync();
        await bridge.ConnectProbeAsync();

        await bridge.IsAsync("ssh/bridge/state", "online");
        (await bridge["nas"].ExecAsync("echo hello"))["out"].ShouldBe("hello");
    }

    [Fact]
    public async Task Broker_GivenShutdownWhenInactive_ShouldCloseTheConnectionWhenItIsLost()
    {
        await using var bridge = await world.StartAsync(world.Nas("shutdownWhenInactive: true"));
        await bridge["nas"].IsAsync("connection", "online");
        var logins = world.Sshd.CountInLog("Accepted publickey");
        var ends = world.Sshd.CountInLog("Disconnected from user");

        await EndBrokerAsync(isKilled: true);
        await Eventually.TrueAsync(
            () => world.Sshd.CountInLog("Disconnected from user") > ends,
            "the connection stays open while the broker is down"
        );
        await world.Broker.StartAsync();
        await bridge.ConnectProbeAsync();

        await bridge["nas"].IsAsync("connection", "online");
        world.Sshd.CountInLog("Accepted publickey").ShouldBe(logins + 1);
    }

    [Fact]
    public async Task Broker_GivenAHalfOpenLink_ShouldBeReconnectedToWhileTheLastWillShowsOffline()
    {
        await using FaultProxy link = new(world.Broker.Port);
        await using var bridge = await world.StartAsync(world.Nas().Mqtt($"port: {link.Port}", "keepAlive: 5"));

        link.Fault = new LinkFault.Stall();
        await bridge.IsAsync("ssh/bridge/state", "offline");
        link.Fault = new LinkFault.None();

        await bridge.IsAsync("ssh/bridge/state", "online");
        (await bridge["nas"].ExecAsync("echo again"))["out"].ShouldBe("again");
    }

    private Task EndBrokerAsync(bool isKilled) => isKilled ? world.Broker.KillAsync() : world.Broker.StopAsync();
}
