using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Groups;

/// <summary>Bridges with different servers on one base topic.</summary>
public sealed class ShardTests
{
    [Fact]
    public async Task Shards_GivenTwo_ShouldServeAndAnswerOnlyTheirOwn()
    {
        await using var site = await SiteAsync();
        var (attic, cellar) = (await site.StartAsync("attic", "attic", "a"), await site.StartAsync("cellar", "cellar", "b"));
        await attic["a"].IsAsync("connection", "online");
        await cellar["b"].IsAsync("connection", "online");
        await attic.SeenAsync("ssh/bridge/shards/attic", text => text.Contains("\"servers\":[{\"id\":\"a\",\"served\":true}]"));
        await attic.SeenAsync("ssh/bridge/info/attic", text => text.Contains("\"shard\":\"attic\""));
        await attic.SeenAsync("ssh/bridge/info/cellar", text => text.Contains("\"id\":\"b\""));

        var (first, second) = (await attic["a"].ExecAsync("echo one"), await attic["b"].ExecAsync("echo two"));
        await attic.Probe.PublishAsync("ssh/nobody/exec/set", "true");
        await attic["a"].ExecAsync("echo after");

        (first.Out, second.Out).ShouldBe(("one\n", "two\n"));
        attic["a"].ResultsOf(first.Id).Count.ShouldBe(1);
        attic["b"].ResultsOf(second.Id).Count.ShouldBe(1);
        attic.Probe.Messages.ShouldNotContain(message =>
            message.Topic == "ssh/bridge/error" || message.Topic == "ssh/bridge/info"
        );
        site.Broker.Log.ShouldNotContain("ssh/+");
    }

    [Fact]
    public async Task Shards_GivenWrongTopicsOfTheirServers_ShouldReportThem()
    {
        await using var site = await SiteAsync();
        var attic = await site.StartAsync("attic", "attic", "a");

        await attic.Probe.PublishAsync("ssh/a/exec/5/6/set", "true");
        await attic.SeenAsync("ssh/bridge/error", text => text.Contains("ssh/a/exec/5/6/set"));
        await attic.Probe.PublishAsync("ssh/a/set", "true");
        await attic.SeenAsync("ssh/bridge/error", text => text.Contains("ssh/a/set"));
    }

    [Fact]
    public async Task Shards_GivenAServerInCommon_ShouldHaveItServedOnce()
    {
        await using var site = await SiteAsync();
        var attic = await site.StartAsync("attic", "attic", "a");
        await attic["a"].IsAsync("connection", "online");

        var cellar = await site.StartAsync("cellar", "cellar", "a", "b");

        await cellar.LoggedAsync(
            "a: not served, because the bridge 'attic' serves it on the same base topic (ssh/bridge/shards/attic)"
        );
        var report = await cellar["a"].ExecAsync("echo once");
        cellar["a"].ResultsOf(report.Id).Count.ShouldBe(1);
        var (status, output) = await BridgeProgram.RunAsync("check", "--connect", "--config", cellar.ConfigurationFile);
        status.ShouldBe(1, output);
        output.ShouldContain("server a: the bridge 'attic' serves it on the same base topic");
    }

    [Fact]
    public async Task Shards_GivenTheSameName_ShouldReportIt()
    {
        await using var site = await SiteAsync();
        var attic = await site.StartAsync("attic", "attic", "a");
        await attic.SeenAsync("ssh/bridge/shards/attic", text => text.Length > 0);

        var second = await site.StartAsync("attic", "second", "b");

        await second.LoggedAsync("The bridge 'attic' has the same shard (ssh/bridge/shards/attic); give each its own name");
        await attic.SeenAsync("ssh/bridge/error", text => text.Contains("'attic' have the same shard"));
        (await attic["b"].ExecAsync("echo two")).Out.ShouldBe("two\n");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Shards_GivenOneThatEnds_ShouldRemoveItFromTheTopicsAndTakeItBack(bool isKilled)
    {
        await using var site = await SiteAsync();
        var (attic, cellar) = (await site.StartAsync("attic", "attic", "a"), await site.StartAsync("cellar", "cellar", "b"));
        await attic.SeenAsync("ssh/bridge/shards/cellar", text => text.Length > 0);

        await (isKilled ? cellar.KillAsync() : cellar.StopAsync());
        await attic.SeenAsync("ssh/bridge/shards/cellar", text => text.Length == 0);
        await attic.IsAsync("ssh/bridge/state", "online");
        await cellar.LaunchAsync();

        await attic.IsAsync("ssh/bridge/shards/cellar", text => text.Contains("\"b\""), "that of a shard with b");
        (await attic["b"].ExecAsync("echo back")).Out.ShouldBe("back\n");
    }

    [Fact]
    public async Task HangUp_GivenAnotherShard_ShouldMoveToItsTopicsAndNotTouchTheServers()
    {
        await using var site = await SiteAsync();
        var bridge = await site.StartAsync("attic", "attic", "a");
        await bridge["a"].IsAsync("connection", "online");
        await bridge.SeenAsync("ssh/bridge/shards/attic", text => text.Length > 0);
        var before = await bridge["a"].ExecAsync("echo $PPID");

        bridge.Configure(site.Yaml("roof", "attic", "a"));
        bridge.Process.Signal(ChildProcess.HangUp);
        await bridge.LoggedAsync("Configuration reloaded; other settings: shard");

        await bridge.SeenAsync("ssh/bridge/info/roof", text => text.Contains("\"shard\":\"roof\""));
        await bridge.SeenAsync("ssh/bridge/shards/roof", text => text.Contains("\"id\":\"a\""));
        await bridge.SeenAsync("ssh/bridge/info/attic", "");
        await bridge.SeenAsync("ssh/bridge/shards/attic", "");
        (await bridge["a"].ExecAsync("echo $PPID")).Out.ShouldBe(
            before.Out,
            "another process of sshd: the connection was opened again"
        );

        // Without a shard it answers for all servers.
        bridge.Configure(site.Yaml(null, "attic", "a"));
        bridge.Process.Signal(ChildProcess.HangUp);
        await bridge.SeenAsync("ssh/bridge/info", text => text.Contains("\"id\":\"a\""));
        await bridge.Probe.PublishAsync("ssh/nobody/exec/set", "true");
        await bridge.SeenAsync("ssh/bridge/error", text => text.Contains("nobody"));
    }

    [Fact]
    public async Task HangUp_GivenTheShardOfAnother_ShouldReportIt()
    {
        await using var site = await SiteAsync();
        var attic = await site.StartAsync("attic", "attic", "a");
        var cellar = await site.StartAsync("cellar", "cellar", "b");
        await attic.SeenAsync("ssh/bridge/shards/cellar", text => text.Length > 0);

        cellar.Configure(site.Yaml("attic", "cellar", "b"));
        cellar.Process.Signal(ChildProcess.HangUp);

        await attic.SeenAsync("ssh/bridge/error", text => text.Contains("have the same shard"));
    }

    /// <summary>A bridge without a shard answers for unknown servers, but not for those of a shard.</summary>
    [Fact]
    public async Task Shards_GivenABridgeThatIsNone_ShouldKnowEachOther()
    {
        await using var site = await SiteAsync();
        var single = await site.StartAsync(null, "single", "b");
        var attic = await site.StartAsync("attic", "attic", "a");
        await single["b"].IsAsync("connection", "online");
        await attic["a"].IsAsync("connection", "online");
        await single.SeenAsync("ssh/bridge/shards/attic", text => text.Length > 0);

        var report = await single["a"].ExecAsync("echo one");
        await single.Probe.PublishAsync("ssh/nobody/exec/set", "true");
        await single.SeenAsync("ssh/bridge/error", text => text.Contains("nobody"));

        report.Out.ShouldBe("one\n");
        single.Probe.Messages.ShouldNotContain(message => message.Topic == "ssh/bridge/error" && message.Text.Contains("'a'"));
    }

    private static async Task<Site> SiteAsync() => new(await MosquittoBroker.StartNewAsync(), await SshdServer.StartNewAsync());

    /// <summary>A broker and an SSH server, and the bridges that a test starts.</summary>
    private sealed class Site(MosquittoBroker broker, SshdServer sshd) : IAsyncDisposable
    {
        private readonly List<BridgeHost> _bridges = [];

        public MosquittoBroker Broker => broker;

        public async Task<BridgeHost> StartAsync(string? shard, string clientId, params string[] servers)
        {
            var bridge = await BridgeHost.CreateAsync(Yaml(shard, clientId, servers), broker);
            _bridges.Add(bridge);
            await bridge.StartAsync();
            return bridge;
        }

        public BridgeYaml Yaml(string? shard, string clientId, params string[] servers)
        {
            var yaml = new BridgeYaml(broker.Port).Mqtt($"clientId: {clientId}");
            if (shard is not null)
            {
                yaml = yaml.Top($"shard: {shard}");
            }

            foreach (var server in servers)
            {
                yaml = yaml.Server(server, sshd);
            }

            return yaml;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var bridge in _bridges)
            {
                await bridge.DisposeAsync();
            }

            await sshd.DisposeAsync();
            await broker.DisposeAsync();
        }
    }
}
