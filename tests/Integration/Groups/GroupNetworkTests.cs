using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Groups;

/// <summary>One link of the leader is cut without notice; the leader runs in a network of its own.</summary>
public sealed class GroupNetworkTests : IAsyncLifetime, IDisposable
{
    private const string Inside = "pi-0";
    private const string Other = "pi-1";

    private readonly TemporaryFolder _folder = new();
    private NetworkNamespace _network = null!;
    private MosquittoBroker _broker = null!;
    private BridgeGroup _group = null!;
    private int _brokerPort;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_group is not null)
        {
            await _group.DisposeAsync();
            await _broker.DisposeAsync();
            await _network.DisposeAsync();
        }
    }

    public void Dispose() => _folder.Dispose();

    [NetworkFact]
    public async Task Leader_GivenTheBrokersPacketsAreDropped_ShouldStopWhatRunsAndStandBy()
    {
        await StartAsync();
        await _group.Nas.StartAsync(
            $"trap 'touch {_folder["stopped"]}; exit 1' TERM; touch {_folder["running"]}; while :; do sleep 0.05; done",
            "running"
        );
        await Eventually.TrueAsync(() => File.Exists(_folder["running"]), "the command does not run");
        var epoch = _group.Leader!.Value.Epoch;

        await _network.DropAsync(_brokerPort);
        (await _group.ShouldBeLedAsync(epoch + 1)).ShouldBe(Other);
        await _group[Inside].LoggedAsync("lost the lease of the group");
        await Eventually.TrueAsync(() => File.Exists(_folder["stopped"]), "the command still runs");
        var running = await _group.Nas.EndAsync("running");
        var after = await _group.Nas.ExecAsync("echo after");
        await _network.MendAsync();
        await _group.ShouldBeAsync(Inside, "standby");

        (running.Status, running.Reason).ShouldBe(("lost", "interrupted"), running.Json);
        after.Out.ShouldBe("after\n", after.Json);
        _group.Nas.ResultsOf("running").Count.ShouldBe(1);
        _group.Leader!.Value.ShouldBe((Other, epoch + 1));
    }

    [NetworkFact]
    public async Task Leader_GivenTheServersPacketsAreDropped_ShouldStayTheLeader()
    {
        await StartAsync();
        var leader = _group.Leader!.Value;

        await _network.DropAsync(_group.Sshd.Port);
        await _group.Nas.IsAsync("connection", "offline");
        await _network.MendAsync();
        await _group.Nas.IsAsync("connection", "online");
        var after = await _group.Nas.ExecAsync("echo after");

        after.Out.ShouldBe("after\n", after.Json);
        _group.Leader!.Value.ShouldBe(leader);
    }

    /// <summary>Starts two bridges, of which the one in its own network leads.</summary>
    private async Task StartAsync()
    {
        _network = await NetworkNamespace.CreateAsync();
        _brokerPort = FreePort.Find();
        _broker = await MosquittoBroker.StartNewAsync(new() { Extra = $"listener {_brokerPort} {_network.Outside}" });
        var sshd = await SshdServer.StartNewAsync($"ListenAddress {_network.Outside}");
        _group = await BridgeGroup.StartAsync(sshd, instance => CreateAsync(instance, sshd));
        if (_group.Leader!.Value.Instance != Inside)
        {
            await _group[Other].StopAsync();
            await _group.ShouldBeLedAsync(epoch: 2);
            await _group[Other].LaunchAsync();
            await _group.ShouldBeAsync(Other, "standby");
        }

        await _group.Nas.IsAsync("connection", "online");
    }

    private async Task<BridgeHost> CreateAsync(string instance, SshdServer sshd)
    {
        var bridge = await BridgeHost.CreateAsync(
            new BridgeYaml(_brokerPort)
                .Mqtt($"host: {_network.Outside}")
                .Top($"group: {{instance: {instance}}}")
                .Server("nas", sshd, $"host: {_network.Outside}", "keepAlive: 0.5", "keepAliveCount: 2", "connectTimeout: 1"),
            _broker
        );
        if (instance == Inside)
        {
            bridge.Wrapper = _network.Wrapper;
        }

        return bridge;
    }
}
