using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Groups;

/// <summary>Two bridges of one group with a lease of a real etcd.</summary>
public sealed class EtcdGroupTests : IDisposable
{
    private const string Etcd = "etcd";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProgramFact(Etcd)]
    public async Task Group_GivenAKilledLeader_ShouldEndItsCommandsOnceAndGoOn()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var group = await BridgeGroup.StartAsync(etcd);
        var leader = group.Leader!.Value.Instance;
        Gate gate = new(_folder);
        await group.Nas.StartAsync(gate.Wait, "running");
        await gate.ReachedAsync();

        await group[leader].KillAsync();
        var next = await group.ShouldBeLedAsync(epoch: 2);
        var running = await group.Nas.EndAsync("running");
        var after = await group.Nas.ExecAsync("echo after");
        gate.Open();

        next.ShouldNotBe(leader);
        (running.Status, running.Reason).ShouldBe(("lost", "interrupted"), running.Json + group.Logs);
        after.Out.ShouldBe("after\n", after.Json + group.Logs);
        group.Nas.ResultsOf("running").Count.ShouldBe(1);
    }

    [ProgramFact(Etcd)]
    public async Task Group_GivenAStoppedLeader_ShouldHandTheLeaseOver()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var group = await BridgeGroup.StartAsync(etcd);
        var (leader, standby) = (group.Leader!.Value.Instance, group.Standby);

        (await group[leader].StopAsync()).ShouldBe(0);
        (await group.ShouldBeLedAsync(epoch: 2)).ShouldBe(standby);
        await group[leader].LaunchAsync();
        await group.ShouldBeAsync(leader, "standby");

        var after = await group.Nas.ExecAsync("echo after");
        after.Out.ShouldBe("after\n", after.Json + group.Logs);
        group.Leader!.Value.ShouldBe((standby, 2));
    }

    [ProgramFact(Etcd)]
    public async Task Group_GivenALeaderThatWakesUp_ShouldLeaveItStandingByAndRunNothingTwice()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var group = await BridgeGroup.StartAsync(etcd);
        var (leader, standby) = (group.Leader!.Value.Instance, group.Standby);

        group[leader].Process.Signal(ChildProcess.Stop);
        (await group.ShouldBeLedAsync(epoch: 2)).ShouldBe(standby);
        var report = await group.Nas.ExecAsync($"echo ran >> {_folder["runs"]}", new { id = "meanwhile" });
        group[leader].Process.Signal(ChildProcess.Continue);
        await group.ShouldBeAsync(leader, "standby");

        report.Status.ShouldBe("succeeded", report.Json + group.Logs);
        (await File.ReadAllLinesAsync(_folder["runs"])).ShouldBe(["ran"]);
        group.Nas.ResultsOf("meanwhile").Count.ShouldBe(1);
        group.Leader!.Value.ShouldBe((standby, 2));
    }

    /// <summary>An instance that etcd reaches and the broker does not must not keep the lease.</summary>
    [ProgramFact(Etcd)]
    public async Task Group_GivenALeaderThatIsCutOffFromTheBroker_ShouldHaveAnother()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        FaultProxy? link = null;
        await using var group = await BridgeGroup.StartAsync(etcd, port => (link = new FaultProxy(port)).Port);
        await using var proxy = link!;
        if (group.Leader!.Value.Instance != "pi-0")
        {
            await group["pi-1"].StopAsync();
            await group.ShouldBeLedAsync(epoch: 2);
            await group["pi-1"].LaunchAsync();
            await group.ShouldBeAsync("pi-1", "standby");
        }

        var epoch = group.Leader!.Value.Epoch;
        proxy.Fault = new LinkFault.Refuse();

        (await group.ShouldBeLedAsync(epoch + 1)).ShouldBe("pi-1");
        var after = await group.Nas.ExecAsync("echo after");
        after.Out.ShouldBe("after\n", after.Json + group.Logs);
        proxy.Fault = new LinkFault.None();
        await group.ShouldBeAsync("pi-0", "standby");
    }

    [ProgramFact(Etcd)]
    public async Task Group_GivenMembersOfEtcdThatFail_ShouldBeLedAsLongAsAMajorityIsThere()
    {
        await using var etcd = await EtcdCluster.StartAsync(members: 3);
        await using var group = await BridgeGroup.StartAsync(etcd);
        var leader = group.Leader!.Value.Instance;

        await etcd.KillAsync(0);
        await group[leader].StopAsync();
        (await group.ShouldBeLedAsync(epoch: 2)).ShouldNotBe(leader);
        await group[leader].LaunchAsync();
        await group.ShouldBeAsync(leader, "standby");
        var second = group.Leader!.Value.Instance;
        await etcd.KillAsync(1);
        await group[second].LoggedAsync("lost the lease of the group");
        await etcd.StartAllAsync();

        await group.ShouldBeLedAsync(epoch: 3);
        var after = await group.Nas.ExecAsync("echo after");
        after.Out.ShouldBe("after\n", after.Json + group.Logs);
    }

    [ProgramFact(Etcd)]
    public async Task Check_GivenEtcd_ShouldReportEachMember()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var group = await BridgeGroup.StartAsync(etcd);
        var url = etcd.Endpoints.Trim('\'');
        var yaml = new BridgeYaml(group.Broker.Port)
            .Top($"group: {{lease: etcd, etcd: {{endpoints: ['{url}', 'http://127.0.0.1:1']}}}}")
            .Server("nas", group.Sshd);
        await File.WriteAllTextAsync(_folder["bridge.yaml"], yaml.ToString());

        (var status, var output) = await BridgeProgram.RunAsync("check", "--connect", "--config", _folder["bridge.yaml"]);

        status.ShouldBe(1, output);
        output.ShouldContain($"etcd {url}: ok");
        output.ShouldContain("etcd http://127.0.0.1:1: http://127.0.0.1:1: Connection refused");
    }
}
