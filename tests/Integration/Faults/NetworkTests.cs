using System.Net;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>
/// Rows 3 and 15: the cable is cut without notice; the bridge runs in a network of its own, so that its packets can be dropped.
/// </summary>
public sealed class NetworkTests
{
    [NetworkFact]
    public async Task Row03_GivenTheBrokersPacketsAreDropped_ShouldShowOfflineByTheLastWillAndReconnect()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        var port = FreePort.Find();
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Extra = $"listener {port} {network.Outside}" });
        await using var bridge = await BridgeHost.CreateAsync(
            new BridgeYaml(port)
                .Mqtt($"host: {network.Outside}", "keepAlive: 5")
                .Server("nas", $"host: {network.Outside}", "port: 1", "user: x", "password: y"),
            broker
        );
        bridge.Wrapper = network.Wrapper;
        await bridge.StartAsync();

        await network.DropAsync();
        await bridge.IsAsync("ssh/bridge/state", "offline");
        await bridge.LoggedAsync("keep-alive");
        bridge.Process.HasExited.ShouldBeFalse();
        await network.MendAsync();

        await bridge.IsAsync("ssh/bridge/state", "online");
        (await bridge["nas"].ExecAsync("true")).Reason.ShouldBe("connect");
    }

    [NetworkFact]
    public async Task Row15_GivenTheServersPacketsAreDropped_ShouldBeDetectedIdleAndBusy()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        await using var sshd = await SshdServer.StartNewAsync($"ListenAddress {network.Outside}");
        var port = FreePort.Find();
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Extra = $"listener {port} {network.Outside}" });
        string[] lines = [$"host: {network.Outside}", "keepAlive: 0.5", "keepAliveCount: 2", "connectTimeout: 1"];
        await using var bridge = await BridgeHost.CreateAsync(
            new BridgeYaml(port)
                .Mqtt($"host: {network.Outside}", "keepAlive: 60")
                .Server("idle", sshd, lines)
                .Server("busy", sshd, lines),
            broker
        );
        bridge.Wrapper = network.Wrapper;
        await bridge.StartAsync();
        Gate gate = new(sshd.Folder);
        await bridge["idle"].IsAsync("connection", "online");
        await bridge["busy"].IsAsync("connection", "online");
        await bridge["busy"].RunningAsync($"echo begun; {gate.Wait}", "busy");
        await gate.ReachedAsync();

        await network.DropAsync();
        await bridge.LoggedAsync("busy: busy Exec Lost");
        await bridge.LoggedAsync("idle: connection lost");
        await network.MendAsync();
        var report = await bridge["busy"].EndAsync("busy");

        (report.Status, report["exec"], report.Out).ShouldBe(("lost", "null", "begun\n"), report.Json);
        await bridge["idle"].IsAsync("connection", "online");
        await bridge["busy"].IsAsync("connection", "online");
    }

    [NetworkFact]
    public async Task Row58_GivenANameWhoseFirstAddressSwallowsPackets_ShouldConnectToTheNextOne()
    {
        await using var sshd = await SshdServer.StartNewAsync();
        using SwallowingPort swallowing = new(IPAddress.IPv6Loopback, sshd.Port);
        await using var broker = await MosquittoBroker.StartNewAsync();
        using TemporaryFolder folder = new();
        var hosts = folder.Write("hosts", "::1 several.test\n127.0.0.1 several.test\n");
        string[] lines = ["host: several.test", "persistentConnection: false", "connectTimeout: 600"];
        await using var bridge = await BridgeHost.StartNewAsync(
            new BridgeYaml(broker.Port).Server("net", sshd, lines).Server("lib", sshd, [.. lines, "sshLibrary: libssh"]),
            broker,
            wrapper: ["unshare", "--mount", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\"", hosts]
        );

        foreach (var server in (string[])["net", "lib"])
        {
            var report = await bridge[server].ExecAsync("echo here");

            (report.Status, report.Out).ShouldBe(("succeeded", "here\n"), report.Json);
        }
    }
}
