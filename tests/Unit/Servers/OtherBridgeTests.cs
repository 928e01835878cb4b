using System.Text;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>What a message on <c>ssh/bridge/info</c> says; any client may publish one.</summary>
public sealed class OtherBridgeTests
{
    private static readonly DateTimeOffset Started = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TryRead_GivenAnInfo_ShouldFindTheServersThatItServes()
    {
        var bridge = Read(
            """{"version":"1","instance":"pi","startedAt":"2026-11-26T10:00:00.000Z","servers":[{"id":"a","served":true},{"id":"b","served":false},{"id":"c"},{}]}"""
        );

        bridge!.Instance.ShouldBe("pi");
        bridge.Servers.ShouldBe(["a", "c"], ignoreOrder: true);
        bridge.Shard.ShouldBeNull();
    }

    [Fact]
    public void TryRead_GivenAShard_ShouldKnowItsName() =>
        Read("""{"instance":"pi","startedAt":"2026-11-26T10:00:00.000Z","shard":"attic","servers":[{"id":"a","served":true}]}""")!
            .Shard.ShouldBe("attic");

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"instance":"pi"}""")]
    [InlineData("""{"instance":1,"startedAt":"x","servers":[]}""")]
    [InlineData("""{"instance":"pi","startedAt":"x","servers":{}}""")]
    public void TryRead_GivenAnythingElse_ShouldReturnFalse(string json) => Read(json).ShouldBeNull();

    [Theory]
    [InlineData("""{"version":"1","instance":"pi","servers":[""", "pi")]
    [InlineData("""{"instance":2}""", null)]
    [InlineData("""{"version":"1"}""", null)]
    [InlineData("offline", null)]
    [InlineData("", null)]
    public void InstanceOf_GivenTheBeginning_ShouldReadNoFurther(string json, string? expected) =>
        OtherBridge.InstanceOf(Encoding.UTF8.GetBytes(json)).ShouldBe(expected);

    [Theory]
    [InlineData("b", "2026-11-26T09:59:59.999Z", true)]
    [InlineData("b", "2026-11-26T10:00:00.001Z", false)]
    [InlineData("a", "2026-11-26T10:00:00.000Z", true)]
    [InlineData("c", "2026-11-26T10:00:00.000Z", false)]
    public void IsBefore_GivenTwoBridges_ShouldLetTheEarlierOneKeepTheServer(string instance, string startedAt, bool expected) =>
        new OtherBridge(instance, startedAt, new HashSet<string>(), IsInGroup: false).IsBefore("b", Started).ShouldBe(expected);

    private static OtherBridge? Read(string json) =>
        OtherBridge.TryRead(Encoding.UTF8.GetBytes(json), out var bridge) ? bridge : null;
}
