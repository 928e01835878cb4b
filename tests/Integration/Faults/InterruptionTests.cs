using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>The bridge is stopped (SIGSTOP) until the broker has published its last will, and continues.</summary>
public sealed class InterruptionTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private readonly string _file = world.Sshd.Folder[$"file-{Guid.NewGuid():N}"];
    private readonly Gate _gate = new(world.Sshd.Folder);

    [Fact]
    public async Task Row51_GivenCommandsThatWaited_ShouldExpireThemAndRunNone()
    {
        await using var bridge = await StartAsync();
        var nas = bridge["nas"];
        await nas.RunningAsync($"{_gate.Wait}; echo first", "running");
        await _gate.ReachedAsync();
        await nas.StartAsync($"echo ran >> {_file}", "queued-1");
        await nas.PublishAsync("get/set", """{"source":"/etc/hostname","destination":"copy","id":"queued-2"}""");
        await bridge.SeenAsync("ssh/nas/queue", """{"running":"running","queued":2}""");

        bridge.Process.Signal(ChildProcess.Stop);
        await nas.StartAsync($"echo ran >> {_file}", "unread");
        await bridge.IsAsync("ssh/bridge/state", "offline");
        _gate.Open();
        bridge.Process.Signal(ChildProcess.Continue);

        foreach (var id in (string[])["queued-1", "queued-2", "unread"])
        {
            var report = await nas.EndAsync(id);
            (report.Status, report.Reason).ShouldBe(("expired", "interrupted"), report.Json);
        }

        var running = await nas.EndAsync("running");
        (running.Status, running.Out).ShouldBe(("succeeded", "first\n"), running.Json);
        await bridge.IsAsync("ssh/bridge/state", "online");
        (await nas.ExecAsync($"cat {_file}")).Status.ShouldBe("failed");
        await bridge.LoggedAsync("The bridge did not run for");
    }

    [Fact]
    public async Task Row51_GivenARunningCommandWhoseTimeoutPassed_ShouldStopIt()
    {
        await using var bridge = await StartAsync();
        var nas = bridge["nas"];
        await nas.PublishAsync("exec/1/set", BridgeClient.Json(_gate.Wait, new { id = "slow" }));
        await _gate.ReachedAsync();

        bridge.Process.Signal(ChildProcess.Stop);
        await bridge.IsAsync("ssh/bridge/state", "offline");
        bridge.Process.Signal(ChildProcess.Continue);

        var report = await nas.EndAsync("slow");
        _gate.Open();
        report.Status.ShouldBe("timedOut", report.Json);
        report.DurationMs.ShouldBeGreaterThan(1000);
    }

    private Task<BridgeHost> StartAsync() => world.StartAsync(world.Nas().Mqtt("keepAlive: 1"));
}
