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
        device.Components.Select(component => component.Key).ShouldBe(["State", "ServersOnline", "Version", "LastError"]);
        json.AsObject().ContainsKey("availability").ShouldBeFalse();
        json["components"]!["State"]!.AsObject().ContainsKey("availability").ShouldBeFalse();
        foreach (var other in (string[])["ServersOnline", "Version", "LastError"])
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
    public void Of_GivenAnotherBaseTopic_ShouldIncludeItInTheName()
    {
        var options = Options.Bridge() with { Mqtt = new MqttOptions { BaseTopic = "home/ssh" } };

        ((string?)Options.DevicesOf(options)[0].Device["name"]).ShouldBe("SSH bridge (home/ssh)");
    }
}
