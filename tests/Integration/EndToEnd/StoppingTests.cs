using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>Timeouts and cancellation: both also stop the command on the server.</summary>
[Collection(SharedBridgeTests.Name)]
public sealed class StoppingTests(SharedBridge shared)
{
    private readonly string _pid = shared.Sshd.Folder[$"pid-{Guid.NewGuid():N}"];

    private BridgeClient Nas => shared.Bridge["nas"];

    [Fact]
    public async Task Timeout_GivenTheTopicsSeconds_ShouldEndTheRemoteProcessAndPublishTheOutputSoFar()
    {
        var report = await Nas.SendAsync("exec/0.5/set", $"echo begun; sleep 600 & echo $! > {_pid}; wait");

        (report.Status, report.Exit, report["exec"], report["out"]).ShouldBe(("timedOut", null, "null", "begun"));
        report.Message.ShouldNotBeNullOrEmpty();
        await RemoteProcess.GoneAsync(await RemoteProcess.IdInAsync(_pid));
    }

    [Fact]
    public async Task Timeout_GivenJson_ShouldOverrideTheTopics()
    {
        var report = await Nas.SendAsync(
            "exec/600/set",
            BridgeClient.Json($"echo $$ > {_pid}; exec sleep 600", new { timeout = 0.5 })
        );

        report.Status.ShouldBe("timedOut");
        await RemoteProcess.GoneAsync(await RemoteProcess.IdInAsync(_pid));
    }

    [Fact]
    public async Task Timeout_GivenAProcessThatIgnoresTerm_ShouldKillIt()
    {
        var report = await Nas.SendAsync(
            "exec/0.3/set",
            $"trap '' TERM HUP; echo $$ > {_pid}; for i in $(seq 6000); do sleep 0.1; done"
        );

        (report.Status, report["exec"]).ShouldBe(("timedOut", "null"));
        await RemoteProcess.GoneAsync(await RemoteProcess.IdInAsync(_pid));
    }

    [Fact]
    public async Task Timeout_GivenItIsOver_ShouldRunTheNextCommandAsUsual()
    {
        await Nas.SendAsync("exec/0.2/set", "sleep 600");

        (await Nas.ExecAsync("echo next"))["out"].ShouldBe("next");
    }

    [Theory]
    [InlineData("", "cancel-running")]
    [InlineData("cancel-by-id", "cancel-by-id")]
    public async Task Cancel_GivenTheRunningCommand_ShouldStopItOnTheServer(string target, string id)
    {
        await Nas.RunningAsync($"echo begun; echo $$ > {_pid}; sleep 600", id);
        var process = await RemoteProcess.IdInAsync(_pid);

        await Nas.PublishAsync("cancel/set", target);
        var report = await Nas.EndAsync(id);

        (report.Status, report.Exit, report["exec"], report.Out).ShouldBe(("cancelled", null, "null", "begun\n"));
        await RemoteProcess.GoneAsync(process);
    }

    [Fact]
    public async Task Cancel_GivenAQueuedCommand_ShouldEndItAtOnceWithoutRunningIt()
    {
        Gate gate = new(shared.Sshd.Folder);
        await Nas.RunningAsync(gate.Wait, "before-queued");
        await Nas.StartAsync($"touch {_pid}", "queued");

        await Nas.PublishAsync("cancel/set", "queued");
        var queued = await Nas.EndAsync("queued");
        Nas.ResultsOf("before-queued").ShouldBeEmpty();
        gate.Open();
        var running = await Nas.EndAsync("before-queued");

        (queued.Status, queued["exec"], queued["out"], queued.DurationMs).ShouldBe(("cancelled", "null", "", 0));
        running.Status.ShouldBe("succeeded");
        await Nas.ExecAsync("true");
        File.Exists(_pid).ShouldBeFalse();
    }

    [Fact]
    public async Task Cancel_GivenAll_ShouldStopTheRunningAndTheQueued()
    {
        await Nas.RunningAsync("sleep 600", "all-1");
        await Nas.StartAsync($"touch {_pid}", "all-2");
        await Nas.StartAsync($"touch {_pid}", "all-3");

        await Nas.PublishAsync("cancel/set", "*");

        foreach (var id in (string[])["all-1", "all-2", "all-3"])
        {
            (await Nas.EndAsync(id)).Status.ShouldBe("cancelled");
        }

        await Nas.ExecAsync("true");
        File.Exists(_pid).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("no-such-id")]
    public async Task Cancel_GivenNothingToCancel_ShouldReportIt(string target)
    {
        var report = await Nas.SendAsync("cancel/set", target);

        (report.Operation, report.Status, report.Reason).ShouldBe(("cancel", "rejected", "invalid"));
        report.Order.ShouldBe(["result"]);
    }
}
