using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Tests.Integration;

/// <summary>
/// The unchanged access list of docs/security.md in a real mosquitto: one user may use one server, and nothing else.
/// </summary>
public sealed class AclExampleTests : IAsyncLifetime
{
    private const int NotAuthorised = 135;

    private static readonly string[] Users = ["ssh-bridge", "admin", "alice", "bob", "carol"];

    private readonly List<MqttProbe> _probes = [];
    private MosquittoBroker _broker = null!;

    public async Task InitializeAsync() =>
        _broker = await MosquittoBroker.StartNewAsync(
            new MosquittoBrokerOptions
            {
                Acl = Example(),
                Passwords = Users.ToDictionary(user => user, user => $"{user}-password"),
            }
        );

    public async Task DisposeAsync()
    {
        foreach (var probe in _probes)
        {
            await probe.DisposeAsync();
        }

        await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData("ssh/nas/exec/set", true)]
    [InlineData("ssh/nas/exec/5/set", true)]
    [InlineData("ssh/nas/cancel/set", true)]
    [InlineData("ssh/nas/user/set", false)]
    [InlineData("ssh/nas/password/set", false)]
    [InlineData("ssh/nas/connection/set", false)]
    [InlineData("ssh/nas/put/set", false)]
    [InlineData("ssh/nas/get/set", false)]
    [InlineData("ssh/router/exec/set", false)]
    [InlineData("ssh/nas/exec", false)]
    [InlineData("ssh/nas/result", false)]
    [InlineData("ssh/bridge/state", false)]
    [InlineData("ssh/reply/alice/1", false)]
    public async Task Publish_GivenTheUserOfOneServer_ShouldBeAllowedOnlyThere(string topic, bool isAllowed)
    {
        var alice = await ConnectAsync("alice");

        // 16: accepted, no matching subscribers.
        (await alice.PublishAsync(topic, "uptime")).ShouldBeOneOf(isAllowed ? [0, 16] : [NotAuthorised]);
    }

    [Theory]
    [InlineData("ssh/nas/run/restart/set", true)]
    [InlineData("ssh/nas/run/anything/set", true)]
    [InlineData("ssh/router/run/reboot/set", true)]
    [InlineData("ssh/router/run/restart/set", false)]
    [InlineData("ssh/nas/exec/set", false)]
    [InlineData("ssh/nas/exec/5/set", false)]
    [InlineData("ssh/nas/cancel/set", false)]
    [InlineData("ssh/nas/action/restart", false)]
    [InlineData("ssh/nas/run/set", false)]
    public async Task Publish_GivenTheUserOfActions_ShouldBeAllowedToRunThemOnly(string topic, bool isAllowed)
    {
        var carol = await ConnectAsync("carol");

        (await carol.PublishAsync(topic, "")).ShouldBeOneOf(isAllowed ? [0, 16] : [NotAuthorised]);
    }

    [Theory]
    [InlineData("ssh/nas/out", true)]
    [InlineData("ssh/nas/err", true)]
    [InlineData("ssh/nas/exec", true)]
    [InlineData("ssh/nas/result", true)]
    [InlineData("ssh/nas/last", true)]
    [InlineData("ssh/nas/queue", true)]
    [InlineData("ssh/nas/progress", true)]
    [InlineData("ssh/nas/output", true)]
    [InlineData("ssh/nas/connection", true)]
    [InlineData("ssh/bridge/state", true)]
    [InlineData("ssh/reply/alice/1", true)]
    [InlineData("ssh/reply/bob/1", false)]
    [InlineData("ssh/nas/password/set", false)]
    [InlineData("ssh/nas/exec/set", false)]
    [InlineData("ssh/router/out", false)]
    [InlineData("ssh/bridge/error", false)]
    [InlineData("ssh/bridge/info", false)]
    public async Task Subscribe_GivenTheUserOfOneServer_ShouldReadOnlyThatServersTopics(string topic, bool isAllowed)
    {
        var bridge = await ConnectAsync("ssh-bridge");
        var alice = await ConnectAsync("alice");
        // mosquitto checks the topic of each message: a subscription to everything does not grant more.
        await alice.SubscribeAsync("#");
        await alice.SubscribeAsync("ssh/#");

        await bridge.PublishAsync(topic, "probe");
        await bridge.PublishAsync("ssh/nas/queue", "end");
        await alice.WaitForAsync(message => message.Text == "end");

        alice.Messages.Any(message => message.Text == "probe").ShouldBe(isAllowed);
    }

    [Fact]
    public async Task Publish_GivenTheBridgeAndTheAdministrator_ShouldBeAllowed()
    {
        var bridge = await ConnectAsync("ssh-bridge");
        var admin = await ConnectAsync("admin");
        (await bridge.SubscribeAsync("ssh/+/+/set")).ShouldBeLessThan(128);

        (await admin.PublishAsync("ssh/router/password/set", "x")).ShouldBe(0);

        await bridge.WaitForAsync(message => message.Topic == "ssh/router/password/set");
        (await bridge.PublishAsync("ssh/router/result", "{}", retain: true)).ShouldBeOneOf(0, 16);
    }

    [Fact]
    public async Task Publish_GivenAUserThatIsNotNamed_ShouldBeRefused() =>
        (await (await ConnectAsync("bob")).PublishAsync("ssh/nas/exec/set", "uptime")).ShouldBe(NotAuthorised);

    private async Task<MqttProbe> ConnectAsync(string user)
    {
        var probe = await MqttProbe.ConnectAsync(_broker, new ProbeOptions { UserName = user, Password = $"{user}-password" });
        _probes.Add(probe);
        return probe;
    }

    private static string Example()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "security.md"));
        var begin = "```mosquitto-acl\n";
        var start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
