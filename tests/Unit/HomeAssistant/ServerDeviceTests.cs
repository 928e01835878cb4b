using System.Text.Json;
using System.Text.Json.Nodes;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.HomeAssistant;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Tests.Unit.HomeAssistant;

public sealed class ServerDeviceTests
{
    private static readonly string[] Always =
    [
        "Connection",
        "Problem",
        "LastResult",
        "CommandFinished",
        "QueueLength",
        "RunCommand",
        "CloseConnection",
        "Cancel",
    ];

    [Fact]
    public void Of_GivenAServer_ShouldNameItAndTheBridge()
    {
        var device = Of(Options.Server("nas"));

        device.Topic.ShouldBe("homeassistant/device/ssh_nas/config");
        Json(device)["device"]!
            .ToJsonString()
            .ShouldBe(
                """{"identifiers":["ssh_nas"],"name":"nas","manufacturer":"SshMqttBridge","model":"SSH server","via_device":"ssh_bridge"}"""
            );
        Json(device)["availability"]!.ToJsonString().ShouldBe("""[{"topic":"ssh/bridge/state"}]""");
        Json(device)["origin"]!["name"]!.GetValue<string>().ShouldBe("SshMqttBridge");
    }

    [Fact]
    public void Of_GivenAServerWithoutActions_ShouldHaveWhatEveryServerHas() =>
        Of(Options.Server("nas")).Components.Select(component => component.Key).ShouldBe(Always);

    [Fact]
    public void Of_GivenAServer_ShouldReadAndWriteItsTopics()
    {
        var components = Components(Of(Options.Server("nas")));

        Text(components["Connection"]!, "state_topic").ShouldBe("ssh/nas/connection");
        Text(components["Problem"]!, "state_topic").ShouldBe("ssh/nas/problem");
        Text(components["LastResult"]!, "state_topic").ShouldBe("ssh/nas/last");
        Text(components["LastResult"]!, "json_attributes_topic").ShouldBe("ssh/nas/last");
        Text(components["CommandFinished"]!, "state_topic").ShouldBe("ssh/nas/result");
        Text(components["QueueLength"]!, "state_topic").ShouldBe("ssh/nas/queue");
        Text(components["RunCommand"]!, "command_topic").ShouldBe("ssh/nas/exec/set");
        Text(components["CloseConnection"]!, "command_topic").ShouldBe("ssh/nas/connection/set");
        Text(components["CloseConnection"]!, "payload_press").ShouldBe("close");
        Text(components["Cancel"]!, "command_topic").ShouldBe("ssh/nas/cancel/set");
        Text(components["Cancel"]!, "payload_press").ShouldBe("");
    }

    [Fact]
    public void Of_GivenAnAction_ShouldHaveAButtonThatExpires()
    {
        var action = Options.Action("reboot") with { Title = "Restart the box", Icon = "mdi:restart" };

        var button = Components(Of(Options.Server("nas", action)))["Run_reboot"]!;

        Text(button, "platform").ShouldBe("button");
        Text(button, "name").ShouldBe("Restart the box");
        Text(button, "icon").ShouldBe("mdi:restart");
        Text(button, "command_topic").ShouldBe("ssh/nas/run/reboot/set");
        Text(button, "payload_press").ShouldBe("PRESS");
        Text(button, "unique_id").ShouldBe("ssh_nas_Run_reboot");
        Text(button, "default_entity_id").ShouldBe("button.ssh_nas_run_reboot");
        button["message_expiry_interval"]!.GetValue<int>().ShouldBe(30);
        button["retain"]!.GetValue<bool>().ShouldBeFalse();
        button["qos"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public void Of_GivenAnActionThatRequiresAParameter_ShouldHaveNoButton()
    {
        var needed = new ActionParameter("service", ActionParameterType.Boolean);
        var action = Options.Action("restart") with { Parameters = [needed] };
        var free = Options.Action("log") with { Parameters = [needed with { Default = "true" }] };

        Of(Options.Server("nas", action, free)).Components.Select(component => component.Key).ShouldBe([.. Always, "Run_log"]);
    }

    [Fact]
    public void Of_GivenAScheduledAction_ShouldHaveASensorToo()
    {
        var action = Options.Action("df") with { Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(5)) };

        var components = Components(Of(Options.Server("nas", action)));

        Text(components["Run_df"]!, "platform").ShouldBe("button");
        var sensor = components["Action_df"]!;
        Text(sensor, "platform").ShouldBe("sensor");
        Text(sensor, "state_topic").ShouldBe("ssh/nas/action/df");
        Text(sensor, "default_entity_id").ShouldBe("sensor.ssh_nas_action_df");
        sensor.AsObject().ContainsKey("icon").ShouldBeFalse();
    }

    [Fact]
    public void Of_GivenAServerWhoseOutputIsNotPublished_ShouldHaveNoSensorOfIt()
    {
        var action = Options.Action("df") with { Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(5)) };
        var server = Options.Server("nas", action) with { StandardOutput = StandardOutputMode.Never };

        Of(server).Components.Select(component => component.Key).ShouldBe([.. Always, "Run_df"]);
    }

    [Fact]
    public void Of_GivenAServerThatDoesNotAllowAnyCommand_ShouldNotOfferToRunOne()
    {
        CommandPattern.TryParse("df *", out var pattern, out _).ShouldBeTrue();
        foreach (var rule in (CommandRule[])[CommandRule.ActionsOnly, CommandRule.Matching([pattern!])])
        {
            var server = Options.Server("nas") with { Policy = new ServerPolicy { Commands = rule } };

            Of(server).Components.Select(component => component.Key).ShouldNotContain("RunCommand");
        }
    }

    [Fact]
    public void Of_GivenAnActionWithAButtonAndASensor_ShouldNameThemDifferently()
    {
        var disk = Options.Action("disk") with
        {
            Title = "Disk used",
            Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(5)),
        };
        var backup = Options.Action("backup") with { Title = "Back up now" };

        var names = Of(Options.Server("nas", disk, backup)).Components.Select(one => (string)one.Options["name"]!).ToList();

        names.ShouldBeUnique();
        names.ShouldContain("Disk used");
        names.ShouldContain("Run Disk used");
        names.ShouldContain("Back up now");
    }

    [Fact]
    public void Of_GivenASensor_ShouldDescribeTheOutput()
    {
        var action = Options.Action("disk") with
        {
            Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(5)),
            Sensor = new ActionSensor
            {
                Unit = "%",
                DeviceClass = "battery",
                StateClass = SensorStateClass.TotalIncreasing,
                ValueTemplate = "{{ value | float }}",
                ExpireAfter = TimeSpan.FromMinutes(15),
            },
        };

        var sensor = Components(Of(Options.Server("nas", action)))["Action_disk"]!;

        Text(sensor, "unit_of_measurement").ShouldBe("%");
        Text(sensor, "device_class").ShouldBe("battery");
        Text(sensor, "state_class").ShouldBe("total_increasing");
        Text(sensor, "value_template").ShouldBe("{{ value | float }}");
        ((int)sensor["expire_after"]!).ShouldBe(900);
    }

    [Fact]
    public void Of_GivenASwitch_ShouldShowAndSetItsState()
    {
        var screen = Options.Action("screen") with
        {
            Switch = new ActionSwitch("on", "off"),
            Parameters = [ActionSwitch.Parameter],
            StateCommandLine = "state",
            Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(1)),
        };

        var device = Of(Options.Server("nas", screen));

        device.Components.Select(component => component.Key).ShouldBe([.. Always, "Set_screen"]);
        var entity = Components(device)["Set_screen"]!;
        Text(entity, "platform").ShouldBe("switch");
        Text(entity, "name").ShouldBe("screen");
        Text(entity, "command_topic").ShouldBe("ssh/nas/run/screen/set");
        Text(entity, "state_topic").ShouldBe("ssh/nas/action/screen/state");
        Text(entity, "json_attributes_topic").ShouldBe("ssh/nas/action/screen/last");
        entity["retain"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public void Of_GivenANumber_ShouldHaveItsLimits()
    {
        var percent = new ActionParameter("percent", ActionParameterType.Integer) { Minimum = 0, Maximum = 100 };
        var volume = Options.Action("volume") with { Parameters = [percent] };
        var unlimited = Options.Action("port") with { Parameters = [percent with { Maximum = null }] };

        var device = Of(Options.Server("nas", volume, unlimited));

        device.Components.Select(component => component.Key).ShouldBe([.. Always, "Set_volume"]);
        var entity = Components(device)["Set_volume"]!;
        Text(entity, "platform").ShouldBe("number");
        ((int)entity["min"]!, (int)entity["max"]!, (int)entity["step"]!).ShouldBe((0, 100, 1));
        Text(entity, "state_topic").ShouldBe("ssh/nas/action/volume/state");
    }

    [Fact]
    public void Of_GivenAChoice_ShouldOfferTheChoices()
    {
        var parameter = new ActionParameter("mode", ActionParameterType.Choice) { Choices = ["a", "b"], Default = "a" };

        var device = Of(Options.Server("nas", Options.Action("mode") with { Parameters = [parameter] }));

        // Without an argument, the action runs with the default.
        device.Components.Select(component => component.Key).ShouldBe([.. Always, "Set_mode", "Run_mode"]);
        var entity = Components(device)["Set_mode"]!;
        Text(entity, "platform").ShouldBe("select");
        entity["options"]!.AsArray().Select(option => (string)option!).ShouldBe(["a", "b"]);
        Text(Components(device)["Run_mode"]!, "name").ShouldBe("Run mode");
    }

    [Theory]
    [InlineData(true, "ssh/nas/action/say/state")]
    [InlineData(false, null)]
    public void Of_GivenAText_ShouldShowAStateOnlyIfThereIsOne(bool hasState, string? topic)
    {
        var say = Options.Action("say") with
        {
            Parameters = [new ActionParameter("text", ActionParameterType.Text) { MaximumLength = 1000 }],
            StateCommandLine = hasState ? "state" : null,
        };

        var entity = Components(Of(Options.Server("nas", say)))["Set_say"]!;

        Text(entity, "platform").ShouldBe("text");
        ((int)entity["max"]!).ShouldBe(255);
        ((string?)entity["state_topic"]).ShouldBe(topic);
    }

    [Fact]
    public void Of_GivenACheck_ShouldBeABinarySensorOfItsStatus()
    {
        var healthy = Options.Action("healthy") with
        {
            Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(1)),
            BinarySensor = new ActionBinarySensor { DeviceClass = "problem", Invert = true },
        };

        var device = Of(Options.Server("nas", healthy));

        device.Components.Select(component => component.Key).ShouldBe([.. Always, "Run_healthy", "Check_healthy"]);
        var sensor = Components(device)["Check_healthy"]!;
        Text(sensor, "state_topic").ShouldBe("ssh/nas/action/healthy/status");
        Text(sensor, "device_class").ShouldBe("problem");
        Text(sensor, "value_template").ShouldBe(Templates.FailedIsOn);
    }

    [Fact]
    public void Of_GivenAServer_ShouldNotShowWhatIsRarelyNeededAmongItsControls()
    {
        var components = Components(Of(Options.Server("nas")));

        Text(components["Connection"]!, "entity_category").ShouldBe("diagnostic");
        Text(components["CloseConnection"]!, "entity_category").ShouldBe("diagnostic");
        components["Cancel"]!.AsObject().ContainsKey("entity_category").ShouldBeFalse();
    }

    [Fact]
    public void Of_GivenAServer_ShouldKnowEveryStatus()
    {
        var statuses = Enum.GetValues<CommandStatus>().Select(status => JsonSerializer.Serialize(status).Trim('"'));
        var components = Components(Of(Options.Server("nas")));

        components["LastResult"]!["options"]!.AsArray().Select(status => (string)status!).ShouldBe(statuses);
        components["CommandFinished"]!["event_types"]!.AsArray().Select(status => (string)status!).ShouldBe(statuses);
    }

    [Fact]
    public void ToJson_GivenRemovedComponents_ShouldNameOnlyTheirPlatforms()
    {
        var json = JsonNode.Parse(Of(Options.Server("nas")).ToJson([new("Run_old", "button")]))!;

        json["components"]!["Run_old"]!.ToJsonString().ShouldBe("""{"platform":"button"}""");
        json["components"]!.AsObject().Count.ShouldBe(Always.Length + 1);
    }

    private static DeviceConfig Of(ServerOptions server) => Options.DevicesOf(Options.Bridge(server))[1];

    private static JsonNode Json(DeviceConfig device) => JsonNode.Parse(device.ToJson())!;

    private static JsonNode Components(DeviceConfig device) => Json(device)["components"]!;

    private static string Text(JsonNode component, string option) => (string)component[option]!;
}
