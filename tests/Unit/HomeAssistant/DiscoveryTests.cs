using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using SshMqttBridge.Configuration;
using SshMqttBridge.HomeAssistant;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.HomeAssistant;

public sealed class DiscoveryTests : IDisposable
{
    private const string Bridge = "homeassistant/device/ssh_bridge/config";
    private const string Nas = "homeassistant/device/ssh_nas/config";
    private const string Router = "homeassistant/device/ssh_router/config";

    private readonly TemporaryFolder _folder = new();
    private readonly WatchedTimeProvider _time = new();
    private string? _obstacle;

    public void Dispose() => _folder.Dispose();

    private string File => _folder["home-assistant.json"];

    [Fact]
    public async Task RunAsync_GivenServers_ShouldPublishTheBridgeFirst()
    {
        var messages = await RunAsync(Options.Bridge(Options.Server("nas"), Options.Server("router")));

        messages.Select(message => message.Topic).ShouldBe([Bridge, Nas, Router]);
        messages.ShouldAllBe(message => message.Retain && message.Payload.Length > 0);
        System.IO.File.Exists(File).ShouldBeTrue();
    }

    [Fact]
    public async Task RunAsync_GivenDiscoveryOff_ShouldPublishNothing()
    {
        await System.IO.File.WriteAllTextAsync(_folder["another"], "");
        _obstacle = "not to be asked";

        (await RunAsync(Off(Options.Bridge(Options.Server("nas"))))).ShouldBeEmpty();

        Directory.GetFiles(_folder.Path).Length.ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_GivenARemovedServer_ShouldRemoveItsDeviceOnce()
    {
        await RunAsync(Options.Bridge(Options.Server("nas"), Options.Server("router")));

        var messages = await RunAsync(Options.Bridge(Options.Server("router")));
        var later = await RunAsync(Options.Bridge(Options.Server("router")));

        messages.Select(message => message.Topic).ShouldBe([Nas, Bridge, Router]);
        messages[0].Retain.ShouldBeTrue();
        messages[0].Payload.Length.ShouldBe(0);
        later.Select(message => message.Topic).ShouldBe([Bridge, Router]);
    }

    [Fact]
    public async Task RunAsync_GivenDiscoverySwitchedOff_ShouldRemoveAll()
    {
        await RunAsync(Options.Bridge(Options.Server("nas")));

        var messages = await RunAsync(Off(Options.Bridge(Options.Server("nas"))));

        messages.Select(message => message.Topic).ShouldBe([Bridge, Nas], ignoreOrder: true);
        messages.ShouldAllBe(message => message.Retain && message.Payload.Length == 0);
        System.IO.File.Exists(File).ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_GivenAnotherPrefixOrBaseTopic_ShouldRemoveTheOldOnes()
    {
        var options = Options.Bridge(Options.Server("nas"));
        await RunAsync(options);

        var moved = await RunAsync(
            options with
            {
                HomeAssistant = new() { Enabled = true, DiscoveryPrefix = "ha/x" },
            }
        );
        var renamed = await RunAsync(
            options with
            {
                HomeAssistant = new() { Enabled = true, DiscoveryPrefix = "ha/x" },
                Mqtt = new MqttOptions { BaseTopic = "other" },
            }
        );

        Published(moved).ShouldBe(["ha/x/device/ssh_bridge/config", "ha/x/device/ssh_nas/config"]);
        Removed(moved).ShouldBe([Bridge, Nas], ignoreOrder: true);
        Published(renamed).ShouldBe(["ha/x/device/other_bridge/config", "ha/x/device/other_nas/config"]);
        Removed(renamed).ShouldBe(Published(moved), ignoreOrder: true);
    }

    [Fact]
    public async Task RunAsync_GivenARemovedAction_ShouldRemoveItsEntities()
    {
        var scheduled = Options.Action("df") with { Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(1)) };
        await RunAsync(Options.Bridge(Options.Server("nas", scheduled, Options.Action("reboot"))));

        var messages = await RunAsync(Options.Bridge(Options.Server("nas", Options.Action("reboot"))));

        messages.Select(message => (message.Topic, message.Retain)).ShouldBe([(Bridge, true), (Nas, false), (Nas, true)]);
        Components(messages[1])["Run_df"]!.ToJsonString().ShouldBe("""{"platform":"button"}""");
        Components(messages[1])["Action_df"]!.ToJsonString().ShouldBe("""{"platform":"sensor"}""");
        Components(messages[2]).AsObject().ContainsKey("Run_df").ShouldBeFalse();
        Components(messages[2]).AsObject().ContainsKey("Run_reboot").ShouldBeTrue();
    }

    [Fact]
    public async Task RunAsync_GivenAShutdownBeforeTheBrokerAcknowledged_ShouldRemoveItAtTheNextStart()
    {
        await RunAsync(Options.Bridge(Options.Server("nas")));
        await RunAsync(Options.Bridge(), isSettled: false);

        var messages = await RunAsync(Options.Bridge());

        Removed(messages).ShouldBe([Nas]);
    }

    [Fact]
    public async Task RunAsync_GivenADamagedFile_ShouldPublishAllDevices()
    {
        await System.IO.File.WriteAllTextAsync(File, "{");

        (await RunAsync(Options.Bridge())).Select(message => message.Topic).ShouldBe([Bridge]);
        (await RunAsync(Off(Options.Bridge()))).Select(message => message.Topic).ShouldBe([Bridge]);
    }

    [Fact]
    public async Task RunAsync_GivenAFolderThatCannotBeWritten_ShouldPublishAllDevices()
    {
        _obstacle = "held";

        (await RunAsync(Options.Bridge())).Select(message => message.Topic).ShouldBe([Bridge]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TryHandle_GivenABirth_ShouldRepublishAllDevicesSoonAfter(bool isRetained)
    {
        var outbox = new Outbox();
        using var stop = new CancellationTokenSource();
        var discovery = Make(Options.Bridge(Options.Server("nas")), outbox);
        discovery.Start();
        var running = discovery.RunAsync(stop.Token);
        Drain(outbox).Count.ShouldBe(2);

        discovery.TryHandle(Status("online", isRetained)).ShouldBeTrue();
        discovery.TryHandle(Status("online", isRetained)).ShouldBeTrue();
        await _time.WaitForTimerAsync();
        _time.Advance(TimeSpan.FromSeconds(5));

        await outbox.WorkAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await stop.CancelAsync();
        await running;
        Drain(outbox).Select(message => message.Topic).ShouldBe([Bridge, Nas]);
    }

    [Fact]
    public void TryHandle_GivenAnotherMessage_ShouldIgnoreIt()
    {
        var outbox = new Outbox();
        var discovery = Make(Options.Bridge(), outbox);

        discovery.TryHandle(Status("offline", false)).ShouldBeTrue();
        discovery.TryHandle(new MqttDelivery("ssh/nas/exec/set", "online"u8.ToArray())).ShouldBeFalse();
        Make(Off(Options.Bridge()), outbox).TryHandle(Status("online", false)).ShouldBeFalse();
        Discovery.FiltersOf(Off(Options.Bridge()).HomeAssistant).ShouldBeEmpty();
        Discovery.FiltersOf(Options.Bridge().HomeAssistant).ShouldBe(["homeassistant/status"]);
    }

    [Fact]
    public async Task Reload_GivenOtherServers_ShouldPublishAndRemoveDevices()
    {
        var outbox = new Outbox();
        using var stop = new CancellationTokenSource();
        var discovery = Make(Options.Bridge(Options.Server("nas"), Options.Server("old")), outbox);
        discovery.Start();
        var running = discovery.RunAsync(stop.Token);
        Drain(outbox);
        await discovery.Stored.WaitAsync(TimeSpan.FromSeconds(30));

        discovery.Reload(Options.Bridge(Options.Server("nas"), Options.Server("attic")));

        var messages = Drain(outbox);
        Removed(messages).ShouldHaveSingleItem().ShouldContain("old");
        Published(messages).Count().ShouldBe(3);
        discovery.Reload(Off(Options.Bridge()));
        Removed(Drain(outbox)).Count(topic => !topic.Contains("old", StringComparison.Ordinal)).ShouldBe(3);
        await stop.CancelAsync();
        await running;
    }

    private static BridgeOptions Off(BridgeOptions options) => options with { HomeAssistant = new HomeAssistantOptions() };

    private static MqttDelivery Status(string payload, bool isRetained) =>
        new("homeassistant/status", Encoding.UTF8.GetBytes(payload)) { Retain = isRetained };

    private static IEnumerable<string> Published(IEnumerable<MqttPublication> messages) =>
        messages.Where(message => message.Payload.Length > 0).Select(message => message.Topic);

    private static IEnumerable<string> Removed(IEnumerable<MqttPublication> messages) =>
        messages.Where(message => message.Payload.Length == 0).Select(message => message.Topic);

    private static JsonNode Components(MqttPublication message) => JsonNode.Parse(message.Payload.Span)!["components"]!;

    /// <summary>One run of the bridge, from its start to its end.</summary>
    private async Task<IReadOnlyList<MqttPublication>> RunAsync(BridgeOptions options, bool isSettled = true)
    {
        var outbox = new Outbox();
        using var stop = new CancellationTokenSource();
        var discovery = Make(options, outbox);
        discovery.Start();
        var running = discovery.RunAsync(stop.Token);
        var messages = Drain(outbox, isSettled);
        if (isSettled)
        {
            await discovery.Stored.WaitAsync(TimeSpan.FromSeconds(30));
        }

        await stop.CancelAsync();
        await running;
        return messages;
    }

    private Discovery Make(BridgeOptions options, Outbox outbox) =>
        new(
            options,
            new TopicScheme(options.Mqtt.BaseTopic),
            new DiscoveryStore(File, () => _obstacle),
            outbox,
            _time,
            NullLogger<Discovery>.Instance
        );

    private static List<MqttPublication> Drain(Outbox outbox, bool isSettled = true)
    {
        var messages = new List<MqttPublication>();
        while (outbox.TryTake(out var message))
        {
            messages.Add(message.Publication);
            if (isSettled)
            {
                outbox.Complete(message, acknowledged: true);
            }
        }

        return messages;
    }
}
