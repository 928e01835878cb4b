using System.Text.Json.Nodes;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Tests.Unit.HomeAssistant;

public sealed class BridgeDeviceTests
{
    [Fact]
    public void Of_GivenABridge_ShouldShowItsStateAlsoWhileOffline()
    {
        var device = Options.DevicesOf(Options.Bridge(Options.Server("nas")))[0];
        var json = JsonNode.Parse(device.ToJson())!;

        device.Topic.ShouldBe("homeassistant/device/ssh_bridge/config");
        device
            .Components.Select(component => component.Key)
            .ShouldBe(["State", "Problem", "ServersOnline", "Version", "LastError"]);
        json.AsObject().ContainsKey("availability").ShouldBeFalse();
        json["components"]!["State"]!.AsObject().ContainsKey("availability").ShouldBeFalse();
        foreach (var other in (string[])["Problem", "ServersOnline", "Version", "LastError"])
        {
            json["components"]![other]!["availability"]!.ToJsonString().ShouldBe("""[{"topic":"ssh/bridge/state"}]""");
        }
    }

    [Theory]
    [InlineData(false, "http://192.0.2.1:8080", null)]
    [InlineData(true, "http://127.0.0.1:8080", null)]
    [InlineData(true, "http://localhost:8080", null)]
    [InlineData(true, "http://0.0.0.0:8080", null)]
    [InlineData(true, "http://[::]:8080", null)]
    [InlineData(true, "https://192.0.2.1:8080", "https://192.0.2.1:8080/")]
    [InlineData(true, "https://ssh.example.com", "https://ssh.example.com/")]
    public void Of_GivenAConsole_ShouldLinkToOneThatOthersCanReach(bool enabled, string url, string? link)
    {
        var options = Options.Bridge() with
        {
            WebConsole = new WebConsoleOptions { Enabled = enabled, Url = new Uri(url) },
        };

        var device = JsonNode.Parse(Options.DevicesOf(options)[0].ToJson())!["device"]!;

        ((string?)device["configuration_url"]).ShouldBe(link);
    }

    [Fact]
    public void Of_GivenAGroup_ShouldShowItsLeaderWhileThereIsOne()
    {
        var device = Options.DevicesOf(Grouped("pi-1"))[0];
        var leader = JsonNode.Parse(device.ToJson())!["components"]!["Leader"]!;

        device
            .Components.Select(component => component.Key)
            .ShouldBe(["State", "Problem", "ServersOnline", "Version", "LastError", "Leader"]);
        ((string?)leader["unique_id"]).ShouldBe("ssh_bridge_Leader");
        ((string?)leader["state_topic"]).ShouldBe("ssh/bridge/leader");
        leader["availability"]!.ToJsonString().ShouldBe("""[{"topic":"ssh/bridge/state"}]""");
    }

    /// <summary>Otherwise, Home Assistant's devices would change with each takeover.</summary>
    [Fact]
    public void DevicesOf_GivenTheInstancesOfAGroup_ShouldBeTheSameByteForByte()
    {
        var one = Options.DevicesOf(Grouped("pi-1"));
        var other = Options.DevicesOf(
            Grouped("pi-2") with
            {
                BaseDirectory = "/other",
                StateDirectory = "/elsewhere",
                WebConsole = new WebConsoleOptions { Enabled = true, Url = new Uri("https://pi-2.example.com") },
            }
        );

        other.Select(device => device.Topic).ShouldBe(one.Select(device => device.Topic));
        other
            .Select(device => Convert.ToHexString(device.ToJson()))
            .ShouldBe(one.Select(device => Convert.ToHexString(device.ToJson())));
    }

    [Fact]
    public void Of_GivenAnotherBaseTopic_ShouldIncludeItInTheName()
    {
        var options = Options.Bridge() with { Mqtt = new MqttOptions { BaseTopic = "home/ssh" } };

        ((string?)Options.DevicesOf(options)[0].Device["name"]).ShouldBe("SSH bridge (home/ssh)");
    }

    private static BridgeOptions Grouped(string instance) =>
        Options.Bridge(Options.Server("nas", Options.Action("reboot"))) with
        {
            Group = new GroupOptions { Instance = instance },
        };
}
