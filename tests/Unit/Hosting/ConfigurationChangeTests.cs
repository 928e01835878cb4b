using SshMqttBridge.Configuration;
using SshMqttBridge.Hosting;
using SshMqttBridge.Tests.Unit.HomeAssistant;

namespace SshMqttBridge.Tests.Unit.Hosting;

public sealed class ConfigurationChangeTests
{
    private static readonly BridgeOptions Before = Options.Bridge(Options.Server("nas"), Options.Server("old"));

    [Fact]
    public void Summary_GivenServersAndSettings_ShouldNameThem()
    {
        var now = Before with
        {
            LogFormat = LogFormat.Json,
            Servers = [Before.Servers[0] with { Port = 23 }, Options.Server("attic")],
        };

        new ConfigurationChange(Before, now).Summary.ShouldBe(
            "added: attic; removed: old; changed: nas; other settings: logFormat"
        );
        new ConfigurationChange(Before, now).NeedRestart.ShouldBeEmpty();
    }

    [Fact]
    public void Summary_GivenTheSame_ShouldSaySo() =>
        new ConfigurationChange(Before, Options.Bridge(Options.Server("nas"), Options.Server("old"))).Summary.ShouldBe(
            "nothing has changed"
        );

    [Fact]
    public void NeedRestart_GivenWhatCannotChange_ShouldNameIt()
    {
        var now = Before with { StateDirectory = "/other", Mqtt = Before.Mqtt with { BaseTopic = "home", ClientId = "other" } };

        new ConfigurationChange(Before, now).NeedRestart.ShouldBe(["stateDirectory", "mqtt.baseTopic", "mqtt.clientId"]);
    }

    [Fact]
    public void RestartsServices_GivenAGroup_ShouldBeTrueOnlyIfItDiffers()
    {
        var grouped = Before with { Group = new GroupOptions { Instance = "pi-1" } };
        var other = grouped with { Group = grouped.Group with { Takeover = TimeSpan.FromSeconds(5) } };

        new ConfigurationChange(Before, grouped).RestartsServices.ShouldBeTrue();
        new ConfigurationChange(grouped, other).RestartsServices.ShouldBeTrue();
        new ConfigurationChange(grouped, Before).RestartsServices.ShouldBeTrue();
        new ConfigurationChange(
            grouped,
            grouped with
            {
                Mqtt = Before.Mqtt with { Username = "bridge" },
            }
        ).RestartsServices.ShouldBeFalse();
        new ConfigurationChange(Before, grouped).Summary.ShouldBe("other settings: group");
        new ConfigurationChange(Before, grouped).NeedRestart.ShouldBeEmpty();
    }
}
