using System.Text.Json.Nodes;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.HomeAssistant;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>
/// The bridge as Home Assistant sees it at a real broker: the discovery messages, and what its buttons and messages do.
/// </summary>
public sealed class HomeAssistantTests(BridgeWorld world, HomeAssistantEmulation homeAssistant)
    : IClassFixture<BridgeWorld>,
        IClassFixture<HomeAssistantEmulation>
{
    private const string Bridge = "homeassistant/device/ssh_bridge/config";
    private const string Nas = "homeassistant/device/ssh_nas/config";
    private const string Router = "homeassistant/device/ssh_router/config";
    private const string On = "homeAssistant: {enabled: true}";

    [HomeAssistantFact]
    public async Task Start_GivenServers_ShouldLeaveADeviceForEachAtTheBroker()
    {
        var (broker, bridge) = await StartAsync("actions: {hello: echo hello, df: {command: echo 42, schedule: 1h}}");
        await using var _ = broker;
        await using var __ = bridge;

        var payloads = await RetainedAsync(broker, 2);

        payloads.Keys.ShouldBe([Bridge, Nas], ignoreOrder: true);
        foreach (var payload in payloads.Values)
        {
            homeAssistant.FaultsOf(payload).ShouldBeEmpty();
        }

        payloads[Nas]["components"]!
            .AsObject()
            .Select(component => component.Key)
            .ShouldBe(
                [
                    "Connection",
                    "Problem",
                    "LastResult",
                    "CommandFinished",
                    "QueueLength",
                    "RunCommand",
                    "CloseConnection",
                    "Cancel",
                    "Run_hello",
                    "Run_df",
                    "Action_df",
                ],
                ignoreOrder: true
            );
    }

    [HomeAssistantFact]
    public async Task Entities_GivenAPressAndACommand_ShouldShowTheirResults()
    {
        var (broker, bridge) = await StartAsync("actions: {hello: 'echo hello; echo $((6*7)) >&2'}");
        await using var _ = broker;
        await using var __ = bridge;
        await bridge["nas"].IsAsync("connection", "online");
        var nas = (await RetainedAsync(broker, 2))[Nas]["components"]!;

        await PressAsync(bridge, nas["Run_hello"]!);
        var pressed = await EventAsync(bridge, nas, 1);
        // As notify.send_message does.
        await bridge.Probe.PublishAsync((string)nas["RunCommand"]!["command_topic"]!, "echo \"it's\"; exit 3", qos: 2);
        var notified = await EventAsync(bridge, nas, 2);

        ((string)pressed["event_type"]!).ShouldBe("succeeded");
        ((string)pressed["action"]!).ShouldBe("hello");
        ((string)pressed["out"]!).ShouldBe("hello\n");
        ((string)pressed["err"]!).ShouldBe("42\n");
        ((string)notified["event_type"]!).ShouldBe("failed");
        ((string)notified["out"]!).ShouldBe("it's\n");
        var last = bridge.Probe.Messages.Last(message => message.Topic == "ssh/nas/last").Text;
        homeAssistant.RenderValue((string)nas["LastResult"]!["value_template"]!, last).ShouldBe("failed");
        var attributes = homeAssistant.RenderValue((string)nas["LastResult"]!["json_attributes_template"]!, last);
        ((int)JsonNode.Parse(attributes)!["exit"]!).ShouldBe(3);
    }

    /// <summary>The screen of a wall panel: off at midnight, on at seven.</summary>
    [HomeAssistantFact]
    public async Task Switch_GivenOnAndOff_ShouldSetTheStateAndShowIt()
    {
        var lamp = world.Sshd.Folder[$"lamp-{Guid.NewGuid():N}"];
        var (broker, bridge) = await StartAsync(
            $"actions: {{screen: {{on: touch {lamp}, off: rm {lamp}, state: test -e {lamp}, schedule: 1h}}}}"
        );
        await using var _ = broker;
        await using var __ = bridge;
        var entity = (await RetainedAsync(broker, 2))[Nas]["components"]!["Set_screen"]!;
        await StateAsync(bridge, entity, "OFF");

        foreach (var payload in (string[])["ON", "OFF", "ON"])
        {
            await bridge.Probe.PublishAsync((string)entity["command_topic"]!, payload, qos: 2);
            await StateAsync(bridge, entity, payload);
            File.Exists(lamp).ShouldBe(payload == "ON");
        }

        // Somebody else turns it off: the next look finds it.
        File.Delete(lamp);
        await bridge.Probe.PublishAsync((string)entity["command_topic"]!, "OFF", qos: 2);
        await StateAsync(bridge, entity, "OFF");
        var attributes = homeAssistant.RenderValue(
            (string)entity["json_attributes_template"]!,
            bridge.Probe.Messages.Last(message => message.Topic == (string)entity["json_attributes_topic"]!).Text
        );
        ((string)JsonNode.Parse(attributes)!["status"]!).ShouldBe("ok");
    }

    [HomeAssistantFact]
    public async Task Entities_GivenANumberAChoiceAndACheck_ShouldShowTheirStates()
    {
        var file = world.Sshd.Folder[$"volume-{Guid.NewGuid():N}"];
        var (broker, bridge) = await StartAsync(
            $"actions: {{volume: {{command: 'echo \"$percent\" > {file}', state: cat {file}, "
                + "parameters: {percent: {type: integer, min: 0, max: 100}}}, "
                + "mode: {command: 'true \"$mode\"', parameters: {mode: [a, b]}}, "
                + "broken: {command: exit 3, schedule: 1h, binarySensor: {deviceClass: problem, invert: true}}}"
        );
        await using var _ = broker;
        await using var __ = bridge;
        var nas = (await RetainedAsync(broker, 2))[Nas]["components"]!;

        await bridge.Probe.PublishAsync((string)nas["Set_volume"]!["command_topic"]!, "42", qos: 2);
        await bridge.Probe.PublishAsync((string)nas["Set_mode"]!["command_topic"]!, "b", qos: 2);

        await StateAsync(bridge, nas["Set_volume"]!, "42");
        await StateAsync(bridge, nas["Set_mode"]!, "b");
        await StateAsync(bridge, nas["Check_broken"]!, "ON");
        (await File.ReadAllTextAsync(file)).ShouldBe("42\n");
    }

    [HomeAssistantFact]
    public async Task Problem_GivenAFailedCommandAndSchedule_ShouldBeOnUntilBothSucceed()
    {
        var flag = world.Sshd.Folder[$"flag-{Guid.NewGuid():N}"];
        var (broker, bridge) = await StartAsync($"actions: {{check: {{command: test -e {flag}, schedule: 1h}}}}");
        await using var _ = broker;
        await using var __ = bridge;
        var devices = await RetainedAsync(broker, 2);
        var problem = devices[Nas]["components"]!["Problem"]!;
        var any = devices[Bridge]["components"]!["Problem"]!;
        await StateAsync(bridge, problem, "ON");
        await StateAsync(bridge, any, "ON");

        (await bridge["nas"].ExecAsync("exit 1")).Status.ShouldBe("failed");
        await File.WriteAllTextAsync(flag, "");
        (await bridge["nas"].SendAsync("run/check/set", "")).Status.ShouldBe("succeeded");

        await StateAsync(bridge, problem, "OFF");
        await StateAsync(bridge, any, "OFF");
    }

    [HomeAssistantFact]
    public async Task Entities_GivenARunBySchedule_ShouldShowItsOutputAndNoEvent()
    {
        var (broker, bridge) = await StartAsync("actions: {df: {command: 'echo 42; echo more', schedule: 1h}}");
        await using var _ = broker;
        await using var __ = bridge;
        var nas = (await RetainedAsync(broker, 2))[Nas]["components"]!;
        var sensor = nas["Action_df"]!;

        var output = await bridge.OrLogAsync(
            bridge.Probe.WaitForAsync(message => message.Topic == (string)sensor["state_topic"]!)
        );
        var result = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message.Topic == "ssh/nas/result"));

        output.Retain.ShouldBeTrue();
        homeAssistant.RenderValue((string)sensor["value_template"]!, output.Text).ShouldBe("42\nmore");
        result.Text.ShouldContain("\"scheduled\":true");
        homeAssistant.RenderValue((string)nas["CommandFinished"]!["value_template"]!, result.Text).ShouldBeEmpty();
    }

    [HomeAssistantFact]
    public async Task Buttons_GivenARunningCommand_ShouldCancelItAndCloseTheConnection()
    {
        var (broker, bridge) = await StartAsync();
        await using var _ = broker;
        await using var __ = bridge;
        await bridge["nas"].IsAsync("connection", "online");
        var nas = (await RetainedAsync(broker, 2))[Nas]["components"]!;
        await bridge["nas"].RunningAsync("sleep 600", "long");

        await PressAsync(bridge, nas["Cancel"]!);
        (await bridge["nas"].EndAsync("long")).Status.ShouldBe("cancelled");
        await PressAsync(bridge, nas["CloseConnection"]!);

        await bridge["nas"].IsAsync("connection", "offline");
        bridge.Probe.Messages.ShouldNotContain(message => message.Topic == "ssh/bridge/error");
    }

    /// <summary>What it publishes and what it waits for, with the id that it makes.</summary>
    [HomeAssistantFact]
    public async Task Guide_GivenItsScript_ShouldReceiveItsOwnResultAmongOthers()
    {
        var (broker, bridge) = await StartAsync();
        await using var _ = broker;
        await using var __ = bridge;
        var steps = homeAssistant.Parse(
            GuidePage.Snippets.Single(snippet => snippet.Contains("wait_for_trigger", StringComparison.Ordinal))
        )!["script"]!["run_on_nas"]!["sequence"]!.AsArray();
        var variables = new JsonObject { ["command"] = "echo \"it's $((6*7))\"" };
        variables["id"] = homeAssistant.Render((string)steps[0]!["variables"]!["id"]!, variables);
        var publish = steps[1]!["data"]!;
        var wait = steps[2]!["wait_for_trigger"]![0]!;

        await bridge["nas"].StartAsync("echo another", "another");
        await bridge.Probe.PublishAsync(
            (string)publish["topic"]!,
            homeAssistant.Render((string)publish["payload"]!, variables),
            (int)publish["qos"]!
        );

        var awaited = homeAssistant.Render((string)wait["payload"]!, variables);
        var results = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(2, message => message.Topic == (string)wait["topic"]!));
        var answer = results.Single(message =>
            homeAssistant.RenderValue((string)wait["value_template"]!, message.Text) == awaited
        );
        ((string)JsonNode.Parse(answer.Text)!["out"]!).ShouldBe("it's 42\n");
    }

    [HomeAssistantTheory]
    [InlineData(5, false)]
    [InlineData(5, true)]
    [InlineData(4, true)]
    public async Task Birth_GivenHomeAssistantStarted_ShouldRepublishDiscovery(int version, bool isRetained)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var bridge = await BridgeHost.CreateAsync(
            new BridgeYaml(broker.Port)
                .Mqtt($"protocolVersion: {(version == 5 ? "5" : "3.1.1")}")
                .Top(On)
                .Server("nas", "host: 127.0.0.1", "port: 1", "user: nobody", "persistentConnection: false"),
            broker
        );
        await bridge.Probe.SubscribeAsync("homeassistant/#");
        await bridge.StartAsync();
        await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message.Topic == Nas));
        var first = bridge.Probe.Messages.First(message => message.Topic == Nas);

        await bridge.Probe.PublishAsync("homeassistant/status", "offline");
        await bridge.Probe.PublishAsync("homeassistant/status", "online", retain: isRetained);

        var again = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(2, message => message.Topic == Nas));
        again[1].Text.ShouldBe(first.Text);
        bridge.Probe.Messages.Count(message => message.Topic == Bridge).ShouldBe(2);
        bridge.Probe.Messages.ShouldNotContain(message => message.Topic == "ssh/bridge/error");
        (await bridge.StopAsync()).ShouldBe(0);
    }

    [HomeAssistantFact]
    public async Task Restart_GivenAServerAndAnActionNoLongerConfigured_ShouldRemoveThem()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        BridgeYaml Configuration(string actions) => new BridgeYaml(broker.Port).Top(On).Server("nas", world.Sshd, actions);
        await using var bridge = await BridgeHost.StartNewAsync(
            Configuration("actions: {one: true, two: true}").Server("router", world.Sshd),
            broker
        );
        (await RetainedAsync(broker, 3)).Keys.ShouldContain(Router);
        await RememberedAsync(bridge, Router, isThere: true);
        await bridge.StopAsync();
        await bridge.Probe.SubscribeAsync("homeassistant/#");
        await bridge.OrLogAsync(
            bridge.Probe.WaitForAsync(3, message => message.Topic.StartsWith("homeassistant/", StringComparison.Ordinal))
        );
        bridge.Probe.Clear();

        bridge.Configure(Configuration("actions: {one: true}"));
        await bridge.StartAsync();

        var gone = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message.Topic == Router));
        gone.Payload.ShouldBeEmpty();
        gone.Retain.ShouldBeTrue();
        var published = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(2, message => message.Topic == Nas));
        published[0].Retain.ShouldBeFalse();
        JsonNode.Parse(published[0].Text)!["components"]!["Run_two"]!.ToJsonString().ShouldBe("""{"platform":"button"}""");
        homeAssistant.FaultsOf(JsonNode.Parse(published[0].Text)!).ShouldBeEmpty();
        published[1].Retain.ShouldBeTrue();
        published[1].Text.ShouldNotContain("Run_two");
        (await RetainedAsync(broker, 2)).Keys.ShouldBe([Bridge, Nas], ignoreOrder: true);
        await RememberedAsync(bridge, Router, isThere: false);
        await bridge.StopAsync();

        bridge.Configure(Configuration("actions: {one: true}").Top("homeAssistant: {enabled: false}"));
        await bridge.StartAsync();

        await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message.Topic == Nas && message.Payload.Length == 0));
        await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message.Topic == Bridge && message.Payload.Length == 0));
        await Eventually.TrueAsync(() => !File.Exists(bridge.Folder["state/home-assistant.json"]), "the file stays");
    }

    [HomeAssistantFact]
    public async Task Broker_GivenLostRetainedMessages_ShouldReceiveDiscoveryAfterTheReconnect()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var bridge = await BridgeHost.StartNewAsync(
            new BridgeYaml(broker.Port).Top(On).Server("nas", world.Sshd),
            broker
        );
        (await RetainedAsync(broker, 2)).Count.ShouldBe(2);

        await broker.KillAsync();
        await broker.StartAsync();
        await bridge.ConnectProbeAsync();

        (await RetainedAsync(broker, 2)).Keys.ShouldBe([Bridge, Nas], ignoreOrder: true);
    }

    /// <summary>A bridge for one server, and a new broker without retained messages.</summary>
    private async Task<(MosquittoBroker Broker, BridgeHost Bridge)> StartAsync(params string[] lines)
    {
        var broker = await MosquittoBroker.StartNewAsync();
        var yaml = new BridgeYaml(broker.Port).Top(On).Server("nas", world.Sshd, lines);
        return (broker, await BridgeHost.StartNewAsync(yaml, broker));
    }

    /// <summary>What a client that connects now is given.</summary>
    private static async Task<IReadOnlyDictionary<string, JsonNode>> RetainedAsync(MosquittoBroker broker, int count)
    {
        await using var client = await MqttProbe.ConnectAsync(broker);
        await client.SubscribeAsync("homeassistant/device/+/config");
        await Eventually.TrueAsync(() => Topics().Count == count, $"there are not {count} devices");
        return Topics();

        Dictionary<string, JsonNode> Topics() =>
            client
                .Messages.GroupBy(message => message.Topic)
                .Where(topic => topic.Last().Payload.Length > 0)
                .ToDictionary(topic => topic.Key, topic => JsonNode.Parse(topic.Last().Text)!);
    }

    /// <summary>As Home Assistant presses a button.</summary>
    private static Task<int> PressAsync(BridgeHost bridge, JsonNode button) =>
        bridge.Probe.PublishAsync(
            (string)button["command_topic"]!,
            (string)button["payload_press"]!,
            (int)button["qos"]!,
            (bool)button["retain"]!,
            expirySeconds: (uint)(int)button["message_expiry_interval"]!
        );

    private async Task<JsonNode> EventAsync(BridgeHost bridge, JsonNode components, int count)
    {
        var entity = components["CommandFinished"]!;
        var messages = await bridge.OrLogAsync(
            bridge.Probe.WaitForAsync(count, message => message.Topic == (string)entity["state_topic"]!)
        );
        return JsonNode.Parse(homeAssistant.RenderValue((string)entity["value_template"]!, messages[^1].Text))!;
    }

    /// <summary>Waits until an entity shows the state.</summary>
    private Task StateAsync(BridgeHost bridge, JsonNode entity, string state)
    {
        var topic = (string)entity["state_topic"]!;
        return Eventually.TrueAsync(
            () =>
                Task.FromResult(
                    bridge.Probe.Messages.LastOrDefault(message => message.Topic == topic) is { } last
                        && homeAssistant.RenderValue((string)entity["value_template"]!, last.Text) == state
                ),
            () =>
                $"{topic} is not {state}: {bridge.Probe.Messages.LastOrDefault(message => message.Topic == topic)}\n{bridge.Log}"
        );
    }

    private static Task RememberedAsync(BridgeHost bridge, string topic, bool isThere) =>
        Eventually.TrueAsync(
            () =>
                File.ReadAllText(bridge.Folder["state/home-assistant.json"]).Contains(topic, StringComparison.Ordinal) == isThere,
            $"{topic} is remembered or not"
        );
}
