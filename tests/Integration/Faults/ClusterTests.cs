using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>Bridges with the nodes of a cluster as <c>mqtt.hosts</c>, and clients that are connected to another node.</summary>
public sealed class ClusterTests
{
    [ProgramTheory(NatsCluster.Program)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bridge_GivenALostNode_ShouldServeThroughAnother(bool hangs)
    {
        await using var cluster = await NatsCluster.StartNewAsync();
        await using var sshd = await SshdServer.StartNewAsync();
        await using var bridge = await BridgeHost.CreateAsync(
            Yaml(cluster, sshd).ToString(),
            cluster.Ports[1],
            NatsCluster.Client
        );
        await bridge.StartAsync();
        await bridge["nas"].IsAsync("connection", "online");
        (await bridge["nas"].ExecAsync("echo before")).Out.ShouldBe("before\n");
        var connections = Connections(bridge);

        if (hangs)
        {
            cluster.Pause(0);
        }
        else
        {
            await cluster.KillAsync(0);
        }

        await Eventually.TrueAsync(() => Connections(bridge) > connections, "The bridge does not connect to the other node");
        // The result of the first command may be published once more.
        await bridge["nas"].StartAsync("echo after", "after");
        (await bridge["nas"].EndAsync("after")).Status.ShouldBe("succeeded");
        await bridge.LoggedAsync($"Reconnected to the broker 127.0.0.1:{cluster.Ports[1]}");
    }

    [ProgramFact(NatsCluster.Program)]
    public async Task Group_GivenACluster_ShouldSurviveItsLeaderAndANode()
    {
        await using var cluster = await NatsCluster.StartNewAsync();
        var sshd = await SshdServer.StartNewAsync();
        await using var group = await BridgeGroup.StartAsync(
            sshd,
            instance =>
                BridgeHost.CreateAsync(
                    Yaml(cluster, sshd).Top($"group: {{instance: {instance}}}").ToString(),
                    cluster.Ports[1],
                    NatsCluster.Client
                )
        );
        var leader = group.Leader!.Value.Instance;
        await group.ShouldBeAsync(group.Standby, "standby");

        await group[leader].KillAsync();
        var next = await group.ShouldBeLedAsync(epoch: 2);
        next.ShouldNotBe(leader);
        (await group.Nas.ExecAsync("echo first")).Out.ShouldBe("first\n");
        var connections = Connections(group.Client);

        await cluster.KillAsync(0);
        await Eventually.TrueAsync(
            () => Connections(group.Client) > connections,
            "The leader does not connect to the other node"
        );
        await group.Nas.StartAsync("echo second", "second");
        (await group.Nas.EndAsync("second")).Status.ShouldBe("succeeded");
    }

    private static BridgeYaml Yaml(NatsCluster cluster, SshdServer sshd) =>
        new BridgeYaml(cluster.Ports[0])
            .Mqtt(
                "host:",
                "port:",
                $"hosts: [{string.Join(", ", cluster.Ports.Select(port => $"\"127.0.0.1:{port}\""))}]",
                "protocolVersion: 3.1.1",
                "keepAlive: 5"
            )
            .Server("nas", sshd);

    /// <summary>How many times a bridge has connected, as its client sees it.</summary>
    private static int Connections(BridgeHost bridge) =>
        bridge.Probe.Messages.Count(message => message is { Topic: "ssh/bridge/state", Text: "online" });
}
