using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

public sealed class SshdFaultTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private readonly Gate _gate = new(world.Sshd.Folder);

    [Fact]
    public async Task Sshd_GivenARestart_ShouldBeReconnectedTo()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var nas = bridge["nas"];
        await nas.IsAsync("connection", "online");
        var before = nas.History("connection").Count;

        await world.Sshd.StopAsync();
        await nas.IsAsync("connection", "offline");
        var meanwhile = await nas.ExecAsync("true");
        await world.Sshd.StartAsync();
        await nas.IsAsync("connection", "online");

        (meanwhile["exec"], meanwhile.Status, meanwhile.Reason).ShouldBe(("error", "rejected", "connect"), meanwhile.Json);
        nas.History("connection").Skip(before).ShouldBe(["offline", "online"]);
        (await nas.ExecAsync("echo again"))["out"].ShouldBe("again");
    }

    [Fact]
    public async Task Sshd_GivenItIsKilledWhileACommandRuns_ShouldLoseItWithItsPartialOutput()
    {
        await using var bridge = await world.StartAsync(world.Nas().Server("line", world.Sshd, "stdout: line"));
        await bridge["line"].RunningAsync("echo begun; sleep 600", "killed-line");
        await bridge["nas"].RunningAsync(_gate.Wait, "killed");
        await bridge["line"].IsAsync("out", "begun");
        await _gate.ReachedAsync();

        await world.Sshd.KillAsync();
        var line = await bridge["line"].EndAsync("killed-line");
        var nas = await bridge["nas"].EndAsync("killed");
        await world.Sshd.StartAsync();

        (line.Status, line.Exit, line["exec"], line.Out).ShouldBe(("lost", null, "null", "begun\n"), line.Json);
        (nas.Status, nas.Exit, nas["exec"]).ShouldBe(("lost", null, "null"), nas.Json);
        nas.Message.ShouldNotBeNullOrEmpty();
        await bridge["nas"].IsAsync("connection", "online");
    }

    [Fact]
    public async Task Sshd_GivenACommandThatEndsTheConnection_ShouldLoseItAndRunTheNext()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await bridge["nas"].ExecAsync("true");

        var report = await bridge["nas"].ExecAsync("kill -KILL $PPID");
        var next = await bridge["nas"].ExecAsync("echo next");

        (report.Status, report["exec"]).ShouldBe(("lost", "null"), report.Json);
        next["out"].ShouldBe("next");
    }

    [Fact]
    public async Task Sshd_GivenItHangs_ShouldBeDetectedByTheKeepAlive()
    {
        await using var bridge = await world.StartAsync(world.Nas("keepAlive: 0.2", "keepAliveCount: 2"));
        await bridge["nas"].RunningAsync(_gate.Wait, "standstill");
        await _gate.ReachedAsync();

        world.Sshd.Pause();
        var report = await bridge["nas"].EndAsync("standstill");
        await bridge["nas"].IsAsync("connection", "offline");
        world.Sshd.Resume();

        (report.Status, report["exec"]).ShouldBe(("lost", "null"), report.Json);
        await bridge["nas"].IsAsync("connection", "online");
    }

    [Fact]
    public async Task Sshd_GivenItIsDownAtTheStart_ShouldBeConnectedToLater()
    {
        await world.Sshd.StopAsync();
        await using var bridge = await world.StartAsync(world.Nas());
        await bridge.OrLogAsync(
            bridge.Probe.WaitForAsync(message =>
                message.Topic == "ssh/bridge/info" && message.Text.Contains("\"reason\":\"connect\"")
            )
        );

        await world.Sshd.StartAsync();

        await bridge["nas"].IsAsync("connection", "online");
    }
}
