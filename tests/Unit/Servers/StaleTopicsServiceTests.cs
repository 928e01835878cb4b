using Microsoft.Extensions.Logging.Abstractions;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;
using SshMqttBridge.Tests.Unit.HomeAssistant;

namespace SshMqttBridge.Tests.Unit.Servers;

public sealed class StaleTopicsServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string? _obstacle;

    private RetainedTopicsFile Store => new(_folder["retained-topics.json"], () => _obstacle);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task StartAsync_GivenTheFirstStart_ShouldRecordTheTopicsAndRemoveNone()
    {
        (await RunAsync(Options.Bridge(Options.Server("nas")))).ShouldBeEmpty();

        Store.Read().ShouldContain("ssh/nas/connection");
        Store.Read().ShouldContain("ssh/bridge/state");
    }

    [Fact]
    public async Task StartAsync_GivenARemovedServer_ShouldRemoveItsTopicsOnce()
    {
        await RunAsync(Options.Bridge(Options.Server("nas", Options.Action("df")), Options.Server("router")));

        var removed = await RunAsync(Options.Bridge(Options.Server("router")));
        var later = await RunAsync(Options.Bridge(Options.Server("router")));

        string[] names = ["connection", "queue", "exec", "get", "put", "last", "problem", "out", "err", "action/df"];
        removed.Select(message => message.Topic).ShouldBe(names.Select(name => $"ssh/nas/{name}"), ignoreOrder: true);
        removed.ShouldAllBe(message => message.Retain && message.Payload.Length == 0);
        later.ShouldBeEmpty();
    }

    [Fact]
    public async Task StartAsync_GivenAnotherBaseTopic_ShouldRemoveAllOfTheOldOne()
    {
        var options = Options.Bridge(Options.Server("nas"));
        await RunAsync(options);

        var removed = await RunAsync(options with { Mqtt = new MqttOptions { BaseTopic = "ssh/new" } });

        removed.Select(message => message.Topic).ShouldContain("ssh/bridge/state");
        removed.Select(message => message.Topic).ShouldContain("ssh/bridge/info");
        removed.Select(message => message.Topic).ShouldContain("ssh/nas/connection");
        removed.ShouldAllBe(message => !message.Topic.StartsWith("ssh/new/", StringComparison.Ordinal));
        Store.Read().ShouldAllBe(topic => topic.StartsWith("ssh/new/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StartAsync_GivenTopicsThatAreNoLongerRetained_ShouldRemoveThem()
    {
        await RunAsync(Options.Bridge(Options.Server("nas", Options.Action("df"), Options.Action("old"))));

        var withoutAction = await RunAsync(Options.Bridge(Options.Server("nas", Options.Action("df"))));
        var lines = await RunAsync(Options.Bridge(Server(StandardOutputMode.ByLine)));
        var never = await RunAsync(Options.Bridge(Server(StandardOutputMode.Never)));

        withoutAction.Select(message => message.Topic).ShouldBe(["ssh/nas/action/old"]);
        lines.Select(message => message.Topic).ShouldBe(["ssh/nas/out", "ssh/nas/err"], ignoreOrder: true);
        never.Select(message => message.Topic).ShouldBe(["ssh/nas/action/df"]);

        static ServerOptions Server(StandardOutputMode mode) =>
            Options.Server("nas", Options.Action("df")) with
            {
                StandardOutput = mode,
            };
    }

    [Fact]
    public async Task StartAsync_GivenAKillBeforeTheBrokerAcknowledged_ShouldRemoveThemAtTheNextStart()
    {
        await RunAsync(Options.Bridge(Options.Server("nas")));
        var before = await RunAsync(Options.Bridge(), isAcknowledged: false);

        var removed = await RunAsync(Options.Bridge());

        removed.Count.ShouldBe(before.Count);
        removed.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task StartAsync_GivenTheServerIsConfiguredAgain_ShouldNotRemoveIt()
    {
        await RunAsync(Options.Bridge(Options.Server("nas")));
        await RunAsync(Options.Bridge(), isAcknowledged: false);

        (await RunAsync(Options.Bridge(Options.Server("nas")))).ShouldBeEmpty();
    }

    [Fact]
    public async Task StartAsync_GivenNothingMayBeRetained_ShouldRemoveThemWhenItMay()
    {
        await RunAsync(Options.Bridge(Options.Server("nas")));

        (await RunAsync(Options.Bridge() with { Mqtt = new MqttOptions { Retain = false } })).ShouldBeEmpty();

        (await RunAsync(Options.Bridge())).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"topics":["ssh/#"]}""")]
    [InlineData("""{"topics":[1]}""")]
    [InlineData("""{}""")]
    public async Task StartAsync_GivenADamagedFile_ShouldRemoveNothingAndReplaceIt(string content)
    {
        await File.WriteAllTextAsync(_folder["retained-topics.json"], content);

        (await RunAsync(Options.Bridge())).ShouldBeEmpty();

        Store.Read().ShouldBe(["ssh/bridge/state", "ssh/bridge/info"]);
    }

    [Fact]
    public async Task StartAsync_GivenAFolderThatCannotBeWritten_ShouldStillRemoveThem()
    {
        await RunAsync(Options.Bridge(Options.Server("nas")));
        _obstacle = "held";

        (await RunAsync(Options.Bridge())).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task RemoveStale_GivenAnEarlierRemovalThatIsAcknowledgedBeforeIt_ShouldStillRemoveTheTopics()
    {
        var outbox = new Outbox();
        CurrentOptions current = new(Options.Bridge(Options.Server("nas"), Options.Server("attic"), Options.Server("shed")));
        using var service = CreateService(current, outbox);
        await service.StartAsync(CancellationToken.None);
        current.Value = Options.Bridge(Options.Server("nas"), Options.Server("attic"));
        service.Prepare([]);
        service.RemoveStale();

        // The next reload has begun, but its servers have not ended yet.
        current.Value = Options.Bridge(Options.Server("nas"));
        service.Prepare([]);
        Take(outbox).ShouldAllBe(topic => topic.StartsWith("ssh/shed/", StringComparison.Ordinal));
        await service.Settled.WaitAsync(TimeSpan.FromSeconds(30));
        service.RemoveStale();

        Take(outbox).ShouldContain("ssh/attic/connection");
        await service.StopAsync(CancellationToken.None);
    }

    /// <summary>A server that ends publishes on the topics that the configuration in force has.</summary>
    [Fact]
    public async Task Prepare_GivenServersThatEnd_ShouldRecordWhatTheyMayStillPublish()
    {
        var outbox = new Outbox();
        var before = Options.Bridge(Options.Server("nas"), Options.Server("attic")) with { HomeAssistant = new() };
        CurrentOptions current = new(before);
        using var service = CreateService(current, outbox);
        await service.StartAsync(CancellationToken.None);

        current.Value = Options.Bridge(Options.Server("nas")) with { HomeAssistant = new() { Enabled = true } };
        service.Prepare(before.Servers);
        service.RemoveStale();

        Take(outbox).ShouldContain("ssh/attic/problem");
        await service.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task RemoveStale_GivenATopicThatIsUsedAgainWhileItsRemovalIsUnderWay_ShouldRemoveItOnceMore()
    {
        var outbox = new Outbox();
        var withProblem = Options.Bridge(Options.Server("nas"), Options.Server("attic"));
        var without = withProblem with { HomeAssistant = new() };
        CurrentOptions current = new(withProblem);
        using var service = CreateService(current, outbox);
        await service.StartAsync(CancellationToken.None);
        current.Value = without;
        service.Prepare(withProblem.Servers);
        service.RemoveStale();

        current.Value = Options.Bridge(Options.Server("nas"));
        service.Prepare(without.Servers);
        Take(outbox).ShouldContain("ssh/attic/problem");
        await service.Settled.WaitAsync(TimeSpan.FromSeconds(30));
        service.RemoveStale();

        Take(outbox).ShouldContain("ssh/attic/problem");
        await service.StopAsync(CancellationToken.None);
    }

    private StaleTopicsService CreateService(CurrentOptions current, Outbox outbox) =>
        new(current, new TopicScheme(current.Value.Mqtt.BaseTopic), Store, outbox, NullLogger<StaleTopicsService>.Instance);

    private static List<string> Take(Outbox outbox)
    {
        List<string> topics = [];
        while (outbox.TryTake(out var message))
        {
            topics.Add(message.Publication.Topic);
            outbox.Complete(message, acknowledged: true);
        }

        return topics;
    }

    /// <summary>One run of the bridge, from its start to its end.</summary>
    private async Task<IReadOnlyList<MqttPublication>> RunAsync(BridgeOptions options, bool isAcknowledged = true)
    {
        var outbox = new Outbox();
        using var service = CreateService(new CurrentOptions(options), outbox);
        await service.StartAsync(CancellationToken.None);
        List<MqttPublication> messages = [];
        while (outbox.TryTake(out var message))
        {
            messages.Add(message.Publication);
            if (isAcknowledged)
            {
                outbox.Complete(message, acknowledged: true);
            }
        }

        if (isAcknowledged)
        {
            await service.Settled.WaitAsync(TimeSpan.FromSeconds(30));
        }

        await service.StopAsync(CancellationToken.None);
        return messages;
    }
}
