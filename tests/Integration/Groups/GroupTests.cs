using System.Text;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Groups;

/// <summary>Two bridges of one group: the real programs, with a real broker and a real SSH server.</summary>
public sealed class GroupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Group_GivenTwoThatStartAtOnce_ShouldHaveOneLeaderThatAnswers()
    {
        await using var group = await BridgeGroup.StartAsync();
        var (leader, standby) = (group.Leader!.Value.Instance, group.Standby);

        var report = await group.Nas.ExecAsync("echo once", new { id = "one" });
        await group.ShouldBeAsync(leader, "leader");
        await group.ShouldBeAsync(standby, "standby");

        (report.Status, report.Out).ShouldBe(("succeeded", "once\n"), report.Json);
        group.Nas.ResultsOf("one").Count.ShouldBe(1);
        group[standby].Log.ShouldNotContain("leading the group");
    }

    [Fact]
    public async Task Group_GivenAKilledLeader_ShouldEndItsCommandsOnceAndGoOn()
    {
        await using var group = await BridgeGroup.StartAsync();
        var leader = group.Leader!.Value.Instance;
        Gate gate = new(_folder);
        await group.Probe.SubscribeAsync("ssh/reply/#");
        await group.Probe.PublishAsync(
            "ssh/nas/exec/set",
            BridgeClient.Json(gate.Wait, new { id = "running" }),
            responseTopic: "ssh/reply/me",
            correlationData: [1, 2]
        );
        await gate.ReachedAsync();
        await group.Nas.StartAsync($"touch {_folder["queued"]}", "queued");
        await group.Client.SeenAsync("ssh/nas/queue", """{"running":"running","queued":1}""");

        await group[leader].KillAsync();
        var next = await group.ShouldBeLedAsync(epoch: 2);
        var running = await group.Nas.EndAsync("running");
        var queued = await group.Nas.EndAsync("queued");
        var after = await group.Nas.ExecAsync("echo after");
        gate.Open();

        next.ShouldNotBe(leader);
        (running.Status, running.Reason).ShouldBe(("lost", "interrupted"), running.Json);
        (queued.Status, queued.Reason).ShouldBe(("rejected", "interrupted"), queued.Json);
        after.Out.ShouldBe("after\n", after.Json);
        group.Nas.ResultsOf("running").Count.ShouldBe(1);
        group.Nas.ResultsOf("queued").Count.ShouldBe(1);
        File.Exists(_folder["queued"]).ShouldBeFalse();
        var answer = await group.Probe.WaitForAsync(message => message.Topic == "ssh/reply/me");
        answer.Text.ShouldBe(running.Json);
        answer.CorrelationData.ShouldBe([1, 2]);
        await group.ShouldBeAsync(leader, "offline");
        await group.ShouldBeAsync(next, "leader");
    }

    [Fact]
    public async Task Group_GivenAStoppedLeader_ShouldHandTheLeaseOver()
    {
        await using var group = await BridgeGroup.StartAsync();
        var (leader, standby) = (group.Leader!.Value.Instance, group.Standby);

        (await group[leader].StopAsync()).ShouldBe(0);
        (await group.ShouldBeLedAsync(epoch: 2)).ShouldBe(standby);
        await group[leader].LaunchAsync();
        await group.ShouldBeAsync(leader, "standby");

        (await group.Nas.ExecAsync("echo after")).Out.ShouldBe("after\n");
        group.Leader!.Value.ShouldBe((standby, 2));
    }

    [Fact]
    public async Task Group_GivenAnIdThatTheLeaderBeforeHasRun_ShouldAnswerItAndNotRunItAgain()
    {
        await using var group = await BridgeGroup.StartAsync();
        var command = $"echo ran >> {_folder["runs"]}; exit 3";
        var first = await group.Nas.ExecAsync(command, new { id = "twice" });

        await group[group.Leader!.Value.Instance].KillAsync();
        await group.ShouldBeLedAsync(epoch: 2);
        var second = await group.Nas.ExecAsync(command, new { id = "twice" });

        (first.Status, first.Exit).ShouldBe(("failed", 3), first.Json);
        (second.Status, second.Exit).ShouldBe(("failed", 3), second.Json);
        (await File.ReadAllLinesAsync(_folder["runs"])).ShouldBe(["ran"]);
    }

    [Fact]
    public async Task Group_GivenALeaderThatWakesUp_ShouldLeaveItStandingByAndRunNothingTwice()
    {
        await using var group = await BridgeGroup.StartAsync();
        var (leader, standby) = (group.Leader!.Value.Instance, group.Standby);
        Gate gate = new(_folder);
        await group.Nas.StartAsync(gate.Wait, "running");
        await gate.ReachedAsync();

        group[leader].Process.Signal(ChildProcess.Stop);
        (await group.ShouldBeLedAsync(epoch: 2)).ShouldBe(standby);
        // The stopped one is still subscribed, too.
        var report = await group.Nas.ExecAsync($"echo ran >> {_folder["runs"]}", new { id = "meanwhile" });
        group[leader].Process.Signal(ChildProcess.Continue);
        await group.ShouldBeAsync(leader, "standby");
        gate.Open();

        report.Status.ShouldBe("succeeded", report.Json);
        var running = await group.Nas.EndAsync("running");
        (running.Status, running.Reason).ShouldBe(("lost", "interrupted"), running.Json);
        (await group.Nas.ExecAsync("echo after")).Out.ShouldBe("after\n");
        (await File.ReadAllLinesAsync(_folder["runs"])).ShouldBe(["ran"]);
        group.Nas.ResultsOf("running").Count.ShouldBe(1);
        group.Nas.ResultsOf("meanwhile").Count.ShouldBe(1);
        await group.Client.IsAsync("ssh/bridge/state", "online");
    }

    /// <summary>As the last will of an attempt to connect that was given up, which a cluster of brokers may publish late.</summary>
    [Theory]
    [InlineData("offline")]
    [InlineData("")]
    public async Task Group_GivenAnotherStateOfItsInstances_ShouldPublishTheirsAgain(string state)
    {
        await using var group = await BridgeGroup.StartAsync();
        var (leader, standby) = (group.Leader!.Value.Instance, group.Standby);
        await group.ShouldBeAsync(leader, "leader");
        await group.ShouldBeAsync(standby, "standby");

        foreach (var instance in (string[])[leader, standby])
        {
            var topic = $"ssh/bridge/instances/{instance}";
            await group.Probe.PublishAsync(topic, Encoding.UTF8.GetBytes(state), retain: true);
            await group.Probe.WaitForAsync(message => message.Topic == topic && message.Text == state);
        }

        await group.ShouldBeAsync(leader, "leader");
        await group.ShouldBeAsync(standby, "standby");
        group.Leader!.Value.ShouldBe((leader, 1));
    }

    /// <param name="isLong">Whether the lease runs out before the broker is back.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Group_GivenABrokerThatForgetsEverything_ShouldBeLedAgain(bool isLong)
    {
        await using var group = await BridgeGroup.StartAsync();
        var leader = group.Leader!.Value.Instance;
        await group.Nas.ExecAsync("echo before");

        await group.Broker.KillAsync();
        if (isLong)
        {
            await group[leader].LoggedAsync("lost the lease of the group");
        }

        await group.Broker.StartAsync();
        await group.Client.ConnectProbeAsync();

        if (isLong)
        {
            await group.ShouldBeLedAsync(2);
        }
        else
        {
            // Its two connections come back in any order.
            await group.Client.IsAsync("ssh/bridge/leader", text => text.Length > 0, "a leader");
            await group.Client.IsAsync("ssh/bridge/state", "online");
            group.Leader!.Value.ShouldBe((leader, 1));
        }

        (await group.Nas.ExecAsync("echo after")).Out.ShouldBe("after\n");
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task Standby_GivenShutdownWhenInactive_ShouldHaveNoSshConnection(bool isSet, int connections)
    {
        await using var group = await BridgeGroup.StartAsync(2, $"shutdownWhenInactive: {(isSet ? "true" : "false")}");
        await group.ShouldBeAsync(group.Standby, "standby");

        await group.Nas.IsAsync("connection", "online");
        await Eventually.TrueAsync(
            () => group.Sshd.CountInLog("Accepted publickey") >= connections,
            "The instances do not connect"
        );
        await group.Nas.ExecAsync("echo more");

        group.Sshd.CountInLog("Accepted publickey").ShouldBe(connections);
    }

    /// <summary>More than a connection holds before they are read.</summary>
    [Fact]
    public async Task Standby_GivenThousandsOfRecords_ShouldConnect()
    {
        await using var group = await BridgeGroup.StartAsync();
        var standby = group.Standby;
        await group[standby].StopAsync();
        await group.ShouldBeAsync(standby, "offline");
        for (var i = 0; i < 5_000; i++)
        {
            await group.Probe.PublishAsync($"ssh/bridge/commands/nas/{i}", "a record", qos: 0, retain: true);
        }

        await group[standby].LaunchAsync();

        await group.ShouldBeAsync(standby, "standby");
    }

    [Fact]
    public async Task Records_GivenACommandThatHasEnded_ShouldKeepOnlyAnIdThatAClientGave()
    {
        await using var group = await BridgeGroup.StartAsync();

        await group.Nas.ExecAsync("echo secret-output; echo secret-command");
        await group.Nas.ExecAsync("echo secret-output", new { id = "mine" });
        await Eventually.TrueAsync(() => group.Records.Count == 1, $"Records: {string.Join(' ', group.Records)}");

        var records = group
            .Probe.Messages.Where(message => message.Topic.StartsWith("ssh/bridge/commands/nas/", StringComparison.Ordinal))
            .Select(message => message.Text);
        records.ShouldAllBe(text => !text.Contains("secret"));
        records.ShouldContain(text => text.Contains("\"state\":\"sent\""));
    }
}
