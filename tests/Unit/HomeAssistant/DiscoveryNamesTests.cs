using SshMqttBridge.HomeAssistant;

namespace SshMqttBridge.Tests.Unit.HomeAssistant;

public sealed class DiscoveryNamesTests
{
    [Theory]
    [InlineData("ssh", "ssh_nas")]
    [InlineData("home2", "home2_nas")]
    [InlineData("home/ssh", "homessh8a8423de94acb6bf_nas")]
    public void Device_GivenABaseTopic_ShouldStayTheSameForEver(string baseTopic, string device) =>
        new DiscoveryNames(baseTopic).Device("nas").ShouldBe(device);

    [Fact]
    public void Bridge_GivenAShard_ShouldDifferFromOtherShardsAndFromServers()
    {
        new DiscoveryNames("ssh").Bridge.ShouldBe("ssh_bridge");
        new DiscoveryNames("ssh", "attic").Bridge.ShouldBe("ssh_Bridge-attic");
        DiscoveryNames.EntityId("sensor", "ssh_Bridge-attic", "state").ShouldBe("sensor.ssh_bridge_attic_state");
    }

    [Theory]
    [InlineData("ssh")]
    [InlineData("SSH")]
    [InlineData("Häuser/夏")]
    [InlineData("a very long base topic with spaces/and levels/and more of them than anybody needs")]
    [InlineData("💥")]
    public void Device_GivenAnyBaseTopic_ShouldHoldOnlyWhatATopicOfHomeAssistantMay(string baseTopic) =>
        new DiscoveryNames(baseTopic).Device("a-b_c").ShouldMatch("^[a-zA-Z0-9_-]+$");

    [Fact]
    public void Device_GivenSeveralBridges_ShouldDiffer()
    {
        string[] topics = ["ssh", "SSH", "ss/h", "s/sh", "ssh/", "ssh_a", "ssha", "ss-h", "Häuser", "Huser", "💥", "夏"];
        string[] ids = ["bridge", "b", "a_b", "a-b", "h_b", "_b", "-"];

        topics
            .SelectMany(topic => ids.Select(new DiscoveryNames(topic).Device))
            .Distinct()
            .Count()
            .ShouldBe(topics.Length * ids.Length);
    }

    [Fact]
    public void UniqueId_GivenNamesThatRunIntoEachOther_ShouldDiffer()
    {
        var one = Options.DevicesOf(Options.Bridge(Options.Server("a", Options.Action("x_cancel"), Options.Action("x-y"))));
        var other = Options.DevicesOf(Options.Bridge(Options.Server("a_run_x"), Options.Server("a_x"), Options.Server("a_x-y")));

        var ids = one.Skip(1)
            .Concat(other.Skip(1))
            .SelectMany(device => device.Components)
            .Select(component => (string)component.Options["unique_id"]!)
            .ToList();
        ids.Distinct().Count().ShouldBe(ids.Count);
    }

    [Fact]
    public void EntityId_GivenAHyphen_ShouldHaveAnUnderscore() =>
        DiscoveryNames.EntityId("button", "ssh_my-nas", "run_re-boot").ShouldBe("button.ssh_my_nas_run_re_boot");
}
