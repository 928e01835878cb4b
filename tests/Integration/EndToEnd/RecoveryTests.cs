using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>The program killed with -9 and started again: exactly one result for each command, and none run twice.</summary>
public sealed class RecoveryTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private readonly string _file = world.Sshd.Folder[$"file-{Guid.NewGuid():N}"];
    private readonly Gate _gate = new(world.Sshd.Folder);

    [Fact]
    public async Task Kill_GivenARunningAndQueuedCommands_ShouldGiveEachItsOneResultAfterTheNextStart()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var nas = bridge["nas"];
        await nas.RunningAsync($"echo ran >> {_file}; {_gate.Wait}", "running");
        await _gate.ReachedAsync();
        await nas.StartAsync($"echo ran >> {_file}", "queued-1");
        await nas.PublishAsync("get/set", """{"source":"/etc/hostname","destination":"copy","id":"queued-2"}""");
        await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message.Text == """{"running":"running","queued":2}"""));

        await bridge.KillAsync();
        nas.History("result").ShouldBeEmpty();
        await bridge.StartAsync();
        var running = await nas.EndAsync("running");
        var first = await nas.EndAsync("queued-1");
        var second = await nas.EndAsync("queued-2");
        _gate.Open();

        (running.Status, running.Reason, running["exec"]).ShouldBe(("lost", "interrupted", "null"), running.Json);
        (first.Status, first.Reason, first["exec"]).ShouldBe(("rejected", "interrupted", "error"), first.Json);
        (second.Operation, second.Status, second.Reason, second["get"]).ShouldBe(("get", "rejected", "interrupted", "error"));
        (await nas.ExecAsync("echo after"))["out"].ShouldBe("after");
        await bridge.KillAsync();
        await bridge.StartAsync();
        await nas.ExecAsync("true");
        foreach (var id in (string[])["running", "queued-1", "queued-2"])
        {
            nas.ResultsOf(id).Count.ShouldBe(1, id);
        }

        (await File.ReadAllLinesAsync(_file)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Kill_GivenIdsThatWereRunBefore_ShouldAnswerThemWithTheFirstResultAfterwards()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var nas = bridge["nas"];
        var before = await nas.ExecAsync($"echo ran >> {_file}; echo hello", new { id = "again-ended" });
        await nas.RunningAsync($"echo ran >> {_file}; {_gate.Wait}", "again-running");
        await _gate.ReachedAsync();

        await bridge.KillAsync();
        await bridge.StartAsync();
        var lost = await nas.EndAsync("again-running");
        var ended = await nas.ExecAsync($"echo ran >> {_file}", new { id = "again-ended" });
        var again = await nas.ExecAsync($"echo ran >> {_file}", new { id = "again-running" });
        _gate.Open();

        ended.Json.ShouldBe(before.Json);
        again.Json.ShouldBe(lost.Json);
        (await File.ReadAllLinesAsync(_file)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Stop_GivenIdsThatWereRunBefore_ShouldAnswerThemWithTheFirstResultAfterwards()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var before = await bridge["nas"].ExecAsync($"echo ran >> {_file}", new { id = "again-stopped" });

        (await bridge.StopAsync()).ShouldBe(0);
        await bridge.StartAsync();
        var after = await bridge["nas"].ExecAsync($"echo ran >> {_file}", new { id = "again-stopped" });

        after.Json.ShouldBe(before.Json);
        (await File.ReadAllLinesAsync(_file)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Kill_GivenAResultThatTheBrokerDoesNotHaveYet_ShouldPublishItAfterTheNextStart()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await bridge["nas"].RunningAsync($"{_gate.Wait}; echo undelivered", "undelivered");

        await world.Broker.KillAsync();
        _gate.Open();
        await bridge.LoggedAsync("undelivered Exec Succeeded");
        await bridge.KillAsync();
        await world.Broker.StartAsync();
        await bridge.ConnectProbeAsync();
        await bridge.StartAsync();
        var report = await bridge["nas"].EndAsync("undelivered");

        (report.Status, report["out"], report["exec"]).ShouldBe(("succeeded", "undelivered", "0"), report.Json);
    }

    [Fact]
    public async Task Kill_GivenARequestWithAResponseTopic_ShouldAnswerThereAfterTheNextStart()
    {
        byte[] correlation = [1, 2, 3];
        await using var bridge = await world.StartAsync(world.Nas());
        await bridge.Probe.PublishAsync(
            "ssh/nas/exec/set",
            BridgeClient.Json(_gate.Wait, new { id = "asked" }),
            responseTopic: "ssh/reply/asked",
            correlationData: correlation
        );
        await _gate.ReachedAsync();

        await bridge.KillAsync();
        await bridge.StartAsync();
        var answer = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message.Topic == "ssh/reply/asked"));
        _gate.Open();

        CommandReport.Read(answer).Status.ShouldBe("lost");
        answer.CorrelationData.ShouldBe(correlation);
    }

    [Fact]
    public async Task Start_GivenAStateDirectoryInUse_ShouldRefuseAndLeaveTheFirstAlone()
    {
        await using var bridge = await world.StartAsync(world.Nas());

        (var status, var output) = await BridgeProgram.RunAsync("run", "--config", bridge.ConfigurationFile);

        status.ShouldBe(1);
        output.ShouldContain(bridge.Folder["state"]);
        output.ShouldContain("Another bridge uses");
        (await bridge["nas"].ExecAsync("echo alone"))["out"].ShouldBe("alone");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public async Task Start_GivenADamagedJournal_ShouldSetItAsideReportItAndStart(int from)
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await bridge["nas"].ExecAsync("true", new { id = "forgotten" });
        (await bridge.StopAsync()).ShouldBe(0);
        var journal = await File.ReadAllBytesAsync(bridge.Folder["state/journal.db"]);
        journal.AsSpan(from).Fill((byte)'x');
        await File.WriteAllBytesAsync(bridge.Folder["state/journal.db"], journal);

        await bridge.StartAsync();

        var error = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message.Topic == "ssh/bridge/error"));
        error.Text.ShouldContain("journal.db.damaged");
        await bridge.LoggedAsync("journal.db.damaged");
        Directory.GetFiles(bridge.Folder["state"], "journal.db.damaged-*").ShouldNotBeEmpty();
        (await bridge["nas"].ExecAsync("echo works"))["out"].ShouldBe("works");
    }
}
