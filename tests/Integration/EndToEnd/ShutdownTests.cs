using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

public sealed class ShutdownTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private readonly Gate _gate = new(world.Sshd.Folder);

    [Theory]
    [InlineData(ChildProcess.Terminate)]
    [InlineData(ChildProcess.Interrupt)]
    public async Task Signal_GivenAnIdleBridge_ShouldPublishOfflineAndExitWithZero(int signal)
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await bridge["nas"].IsAsync("connection", "online");

        bridge.Process.Signal(signal);
        var status = await bridge.WaitForExitAsync();

        status.ShouldBe(0, bridge.Log);
        await bridge["nas"].IsAsync("connection", "offline");
        await bridge.IsAsync("ssh/bridge/state", "offline");
    }

    /// <summary>Several times, because the start ends a few milliseconds after its first line.</summary>
    [Fact]
    public async Task Signal_GivenABridgeThatStarts_ShouldExitWithZero()
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);
        for (var run = 1; run <= 8; run++)
        {
            await bridge.LaunchAsync();
            var count = run;
            await Eventually.TrueAsync(
                () => bridge.Log.Split("server(s), broker").Length > count,
                $"The bridge does not start:\n{bridge.Log}"
            );
            bridge.Process.Signal(ChildProcess.Terminate);

            (await bridge.WaitForExitAsync()).ShouldBe(0, bridge.Log);
        }
    }

    [Fact]
    public async Task Signal_GivenARunningCommand_ShouldLetItEndAndRejectTheRest()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var nas = bridge["nas"];
        await nas.RunningAsync($"{_gate.Wait}; echo done", "ends");
        await _gate.ReachedAsync();
        await nas.StartAsync("true", "waits");
        await bridge.SeenAsync("ssh/nas/queue", """{"running":"ends","queued":1}""");

        bridge.Process.Signal(ChildProcess.Terminate);
        var waits = await nas.EndAsync("waits");
        await nas.StartAsync("true", "late");
        var late = await nas.EndAsync("late");
        nas.ResultsOf("ends").ShouldBeEmpty();
        _gate.Open();
        var ends = await nas.EndAsync("ends");
        var status = await bridge.WaitForExitAsync();

        (waits.Status, waits.Reason, waits["exec"]).ShouldBe(("rejected", "shutdown", "error"), waits.Json);
        (late.Status, late.Reason, late["exec"]).ShouldBe(("rejected", "shutdown", "error"), late.Json);
        (ends.Status, ends["out"], ends["exec"]).ShouldBe(("succeeded", "done", "0"), ends.Json);
        status.ShouldBe(0, bridge.Log);
        await nas.IsAsync("connection", "offline");
        await bridge.IsAsync("ssh/bridge/state", "offline");
        await nas.IsAsync("queue", """{"running":null,"queued":0}""");
    }

    [Fact]
    public async Task Signal_GivenACommandThatExceedsTheShutdownTimeout_ShouldStopItOnTheServer()
    {
        var pid = world.Sshd.Folder[$"pid-{Guid.NewGuid():N}"];
        await using var bridge = await world.StartAsync(world.Nas().Top("shutdownTimeout: 0.3"));
        await bridge["nas"].RunningAsync($"echo begun; echo $$ > {pid}; exec sleep 600", "long");
        var process = await RemoteProcess.IdInAsync(pid);

        var status = await bridge.StopAsync();
        var report = await bridge["nas"].EndAsync("long");

        status.ShouldBe(0, bridge.Log);
        (report.Status, report.Reason, report["exec"]).ShouldBe(("cancelled", "shutdown", "null"), report.Json);
        report.Out.ShouldBe("begun\n");
        await RemoteProcess.GoneAsync(process);
        await bridge.IsAsync("ssh/bridge/state", "offline");
    }

    [Fact]
    public async Task Signal_GivenNoBroker_ShouldStillExit()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await world.Broker.KillAsync();

        var status = await bridge.StopAsync();
        await world.Broker.StartAsync();

        status.ShouldBe(0, bridge.Log);
    }
}
