using FsCheck;
using FsCheck.Fluent;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Mqtt;

public sealed class TopicSchemeTests
{
    [Theory]
    [InlineData("ssh", "ssh/nas/out", "ssh/bridge/state", "ssh/bridge/error", "ssh/bridge/info")]
    [InlineData(
        "home/lan/ssh",
        "home/lan/ssh/nas/out",
        "home/lan/ssh/bridge/state",
        "home/lan/ssh/bridge/error",
        "home/lan/ssh/bridge/info"
    )]
    public void Of_GivenBaseTopic_ShouldFormatBelowIt(string baseTopic, string datapoint, string state, string error, string info)
    {
        var topics = new TopicScheme(baseTopic);

        topics.Of("nas", "out").ShouldBe(datapoint);
        topics.BridgeState.ShouldBe(state);
        topics.BridgeError.ShouldBe(error);
        topics.InfoOf(null).ShouldBe(info);
        topics.WriteFilters(null).ShouldBe([$"{baseTopic}/+/+/set", $"{baseTopic}/+/+/+/set"]);
    }

    [Fact]
    public void Of_GivenAShard_ShouldBeForItsServersOnly()
    {
        var topics = new TopicScheme("home/ssh");

        topics.InfoOf("attic").ShouldBe("home/ssh/bridge/info/attic");
        topics.SingleInfo.ShouldBe("home/ssh/bridge/info");
        topics.ShardInfos.ShouldBe("home/ssh/bridge/info/+");
        topics.ShardOf("attic").ShouldBe("home/ssh/bridge/shards/attic");
        topics.Shards.ShouldBe("home/ssh/bridge/shards/+");
        topics
            .WriteFilters(["a", "b"])
            .ShouldBe(["home/ssh/a/+/set", "home/ssh/a/+/+/set", "home/ssh/b/+/set", "home/ssh/b/+/+/set"]);
        topics.MisplacedFilters(["a"]).ShouldBe(["home/ssh/a/set", "home/ssh/a/+/+/+/+/#"]);
    }

    [Theory]
    [InlineData("ssh", "ssh/nas/exec/set", "nas", "exec", null)]
    [InlineData("ssh", "ssh/nas/exec/5/set", "nas", "exec", "5")]
    [InlineData("ssh", "ssh/NAS/what/set", "NAS", "what", null)]
    [InlineData("ssh", "ssh//exec/set", "", "exec", null)]
    [InlineData("ssh", "ssh/nas//set", "nas", "", null)]
    [InlineData("ssh", "ssh/nas/exec//set", "nas", "exec", "")]
    [InlineData("ssh", "ssh/set/set/set", "set", "set", null)]
    [InlineData("a/b/c", "a/b/c/nas/exec/1.5/set", "nas", "exec", "1.5")]
    public void Parse_GivenWriteTopic_ShouldSplitIt(string baseTopic, string topic, string id, string name, string? argument) =>
        new TopicScheme(baseTopic).Parse(topic).ShouldBe(new WriteTopic(id, name, argument));

    [Theory]
    [InlineData("ssh", "ssh/nas/exec")]
    [InlineData("ssh", "ssh/nas/set")]
    [InlineData("ssh", "ssh/set")]
    [InlineData("ssh", "ssh/nas/exec/5/6/set")]
    [InlineData("ssh", "SSH/nas/exec/set")]
    [InlineData("ssh", "sshx/nas/exec/set")]
    [InlineData("ssh", "x/ssh/nas/exec/set")]
    [InlineData("ssh", "ssh/nas/exec/SET")]
    [InlineData("ssh", "ssh/nas/exec/set/")]
    [InlineData("ssh", "")]
    [InlineData("a/b", "a/nas/exec/set")]
    public void Parse_GivenAnotherTopic_ShouldReturnNull(string baseTopic, string topic) =>
        new TopicScheme(baseTopic).Parse(topic).ShouldBeNull();

    [Theory]
    [InlineData("set", true)]
    [InlineData("a/set", true)]
    [InlineData("ssh/nas/exec/set", true)]
    [InlineData("reset", false)]
    [InlineData("a/set/b", false)]
    [InlineData("a/set/", false)]
    public void IsWriteTopic_GivenTopic_ShouldBeTrueWhereItEndsInSet(string topic, bool isWriteTopic) =>
        TopicScheme.IsWriteTopic(topic).ShouldBe(isWriteTopic);

    [Theory]
    [InlineData("ssh/set", true)]
    [InlineData("ssh/nas/set", true)]
    [InlineData("ssh/nas/exec/1/2/set", true)]
    [InlineData("ssh/1/2/3/4/5/6/7/8/9/set", true)]
    [InlineData("ssh/nas/exec/set", false)]
    [InlineData("ssh/nas/exec/1/set", false)]
    [InlineData("ssh/nas/exec/1/2/reset", false)]
    [InlineData("ssh", false)]
    [InlineData("other/1/2/3/4/5/set", false)]
    public void IsMisplaced_GivenTopic_ShouldBeTrueForEveryOtherWriteTopic(string topic, bool isMisplaced)
    {
        TopicScheme topics = new("ssh");

        topics.IsMisplaced(topic).ShouldBe(isMisplaced);
        // A broker may deliver a message once for each filter that matches.
        topics
            .WriteFilters(null)
            .Concat(topics.MisplacedFilters(null))
            .Count(filter => TopicFilter.Matches(filter, topic))
            .ShouldBe(
                isMisplaced || topics.Parse(topic) is not null || topic.EndsWith("reset", StringComparison.Ordinal) ? 1 : 0
            );
    }

    [Fact]
    public void Parse_GivenAFormattedTopic_ShouldRoundTrip()
    {
        var level = Gen.Elements("abcxyz019_-$ ü".ToCharArray()).ArrayOf(6).Select(letters => new string(letters));
        Gen<(string Base, string Id, string Name, string Argument)> topics =
            from first in level
            from second in level
            from id in level
            from name in level
            from argument in level
            select ($"{first}/{second}", id, name, argument);
        Prop.ForAll(
                topics.ToArbitrary(),
                topic =>
                {
                    var scheme = new TopicScheme(topic.Base);
                    return scheme.Parse(scheme.Of(topic.Id, topic.Name + "/set")) == new WriteTopic(topic.Id, topic.Name, null)
                        && scheme.Parse(scheme.Of(topic.Id, $"{topic.Name}/{topic.Argument}/set"))
                            == new WriteTopic(topic.Id, topic.Name, topic.Argument)
                        && scheme
                            .WriteFilters(null)
                            .Count(filter => TopicFilter.Matches(filter, scheme.Of(topic.Id, topic.Name + "/set"))) == 1;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Parse_GivenAnyText_ShouldNotThrow() =>
        Prop.ForAll<NonNull<string>>(topic =>
            {
                var scheme = new TopicScheme("ssh");
                scheme.Parse(topic.Get);
                scheme.Parse("ssh/" + topic.Get + "/set");
                return true;
            })
            .QuickCheckThrowOnFailure();
}
