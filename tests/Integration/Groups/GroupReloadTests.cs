using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Groups;

/// <summary>SIGHUP in a group, and when a bridge joins or leaves one.</summary>
public sealed class GroupReloadTests(BridgeWorld world) : IClassFixture<BridgeWorld>, IDisposable
{
    private const string StartsAgain = "Configuration reloaded; other settings: group; all services start again";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task HangUp_GivenOtherOptionsOfMqtt_ShouldConnectAgainAndKeepTheLeaseAndTheCommand()
    {
        await using var group = await BridgeGroup.StartAsync();
        var leader = group.Leader!.Value.Instance;
        Gate gate = new(_folder);
        await group.Nas.StartAsync(gate.Wait, "running");
        await gate.ReachedAsync();

        group[leader]
            .Configure(
                new BridgeYaml(group.Broker.Port)
                    .Mqtt("keepAlive: 33")
                    .Top($"group: {{instance: {leader}}}")
                    .Server("nas", group.Sshd)
            );
        group[leader].Process.Signal(ChildProcess.HangUp);
        await group[leader].LoggedAsync("Configuration reloaded; other settings: mqtt");
        await Eventually.TrueAsync(
            () => group[leader].Log.Split("connected to its group").Length > 2,
            "The leader does not connect to its group again"
        );
        gate.Open();

        (await group.Nas.EndAsync("running")).Status.ShouldBe("succeeded");
        (await group.Nas.ExecAsync("echo after")).Out.ShouldBe("after\n");
        group.Leader!.Value.ShouldBe((leader, 1));
        group.Logs.ShouldNotContain("lost the lease");
        group.Logs.ShouldNotContain("not connected to its group");
    }

    [Fact]
    public async Task HangUp_GivenAGroup_ShouldJoinChangeAndLeaveItWithoutAnotherProcess()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        Gate gate = new(_folder);
        await bridge["nas"].StartAsync(gate.Wait, "running");
        await gate.ReachedAsync();
        await bridge["nas"].StartAsync("echo never", "queued");

        await ReloadAsync(bridge, "group: {instance: pi}");
        (await bridge["nas"].EndAsync("queued")).Status.ShouldBe("rejected");
        gate.Open();
        (await bridge["nas"].EndAsync("running")).Status.ShouldBe("succeeded");

        await bridge.SeenAsync("ssh/bridge/instances/pi", "leader");
        await ServesAsync(bridge, "as a leader");
        await ReloadAsync(bridge, "group: {instance: pi, takeover: 2}");
        await bridge.LoggedAsync("leading the group (epoch 2)");
        await ServesAsync(bridge, "as a leader again");
        await ReloadAsync(bridge);
        await bridge.IsAsync("ssh/bridge/instances/pi", "");
        await ServesAsync(bridge, "alone");

        (await bridge.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task HangUp_GivenTheGroupOfAnotherLeader_ShouldStandBy()
    {
        await using var group = await BridgeGroup.StartAsync(1);
        await using var bridge = await BridgeHost.CreateAsync(Alone("other"), group.Broker);
        await bridge.LaunchAsync();
        await bridge.LoggedAsync("Connected to the broker");

        bridge.Configure(Alone("nas").Top("group: {instance: joined}"));
        bridge.Process.Signal(ChildProcess.HangUp);
        await group.ShouldBeAsync("joined", "standby");
        await group["pi-0"].StopAsync();
        await bridge.LoggedAsync("joined: leading the group (epoch 2)");

        (await bridge.StopAsync()).ShouldBe(0);

        BridgeYaml Alone(string server) => new BridgeYaml(group.Broker.Port).Mqtt("clientId: other").Server(server, group.Sshd);
    }

    /// <summary>A standby publishes nothing, so a leader publishes what has changed while it stood by.</summary>
    [Fact]
    public async Task HangUp_GivenAStandby_ShouldPublishTheChangesWhenItLeads()
    {
        await using var group = await BridgeGroup.StartAsync(2, _ => ["homeAssistant: {enabled: true}"]);
        var (leader, standby) = (group.Leader!.Value.Instance, group.Standby);
        await group.Probe.SubscribeAsync("homeassistant/#");
        await group.Client.IsAsync("ssh/nas/connection", "online");

        group[standby]
            .Configure(
                new BridgeYaml(group.Broker.Port)
                    .Top($"group: {{instance: {standby}}}", "homeAssistant: {enabled: true}")
                    .Server("attic", group.Sshd)
            );
        group[standby].Process.Signal(ChildProcess.HangUp);
        await group[standby].LoggedAsync("Configuration reloaded; added: attic; removed: nas");
        await group[leader].StopAsync();
        await group[standby].LoggedAsync("leading the group (epoch 2)");

        await group.Client.IsAsync("homeassistant/device/ssh_attic/config", text => text.Length > 0, "that of attic");
        await group.Client.IsAsync("homeassistant/device/ssh_nas/config", "");
        await group.Client.IsAsync("ssh/nas/connection", "");
        await group.Client.IsAsync("ssh/attic/connection", "online");
    }

    [Fact]
    public async Task Terminate_GivenServicesThatAreToStartAgain_ShouldEndTheProgram()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        Gate gate = new(_folder);
        await bridge["nas"].StartAsync(gate.Wait, "running");
        await gate.ReachedAsync();

        await ReloadAsync(bridge, "group: {instance: pi}");
        bridge.Process.Signal(ChildProcess.Terminate);
        gate.Open();

        (await bridge.WaitForExitAsync()).ShouldBe(0);
        bridge.Log.ShouldNotContain("leading the group");
    }

    [Fact]
    public async Task HangUp_GivenAGroupAndAnUnusableFolder_ShouldChangeNothing()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var file = bridge.Folder.Write("file", "");

        bridge.Configure(world.Nas().Top("group: {instance: pi}", $"files: {{baseDirectory: {file}}}"));
        bridge.Process.Signal(ChildProcess.HangUp);
        await bridge.LoggedAsync("Configuration not reloaded, and nothing has changed: ");

        await ServesAsync(bridge, "as before");
        bridge.Log.ShouldNotContain("Shutting down");
    }

    private static async Task ServesAsync(BridgeHost bridge, string words)
    {
        await bridge.IsAsync("ssh/bridge/state", "online");
        await bridge["nas"].IsAsync("connection", "online");
        (await bridge["nas"].ExecAsync($"echo {words}")).Out.ShouldBe(words + "\n");
    }

    private async Task ReloadAsync(BridgeHost bridge, params string[] group)
    {
        var before = Count();
        bridge.Configure(world.Nas().Top(group));
        bridge.Process.Signal(ChildProcess.HangUp);
        await Eventually.TrueAsync(() => Count() > before, $"The bridge does not reload:\n{bridge.Log}");

        int Count() => bridge.Log.Split(StartsAgain).Length;
    }
}
