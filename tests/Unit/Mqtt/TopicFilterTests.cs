using FsCheck;
using FsCheck.Fluent;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Mqtt;

public sealed class TopicFilterTests
{
    // The examples of MQTT 5 §4.7.1 and §4.7.2, and their neighbours.
    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/ranking", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player10", false)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("sport/#", "sports", false)]
    [InlineData("#", "a", true)]
    [InlineData("#", "/a/b/", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/tennis/+", "sport/tennis", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+", "finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+/tennis/#", "sport/tennis", true)]
    [InlineData("sport/+/player1", "sport/tennis/player1", true)]
    [InlineData("sport/+/player1", "sport/a/b/player1", false)]
    [InlineData("a", "A", false)]
    [InlineData("a", "a/", false)]
    [InlineData("a/", "a", false)]
    [InlineData("a//b", "a//b", true)]
    [InlineData("a/+/b", "a//b", true)]
    [InlineData("#", "$SYS/broker", false)]
    [InlineData("+/broker", "$SYS/broker", false)]
    [InlineData("$SYS/#", "$SYS/broker", true)]
    [InlineData("$SYS/+", "$SYS/broker", true)]
    [InlineData("a/$SYS", "a/$SYS", true)]
    [InlineData("a/#", "a/$SYS", true)]
    public void Matches_GivenFilterAndTopic_ShouldFollowTheStandard(string filter, string topic, bool matches) =>
        TopicFilter.Matches(filter, topic).ShouldBe(matches);

    [Theory]
    [InlineData("ssh/reply/1", true)]
    [InlineData("/", true)]
    [InlineData("with space/ünï", true)]
    [InlineData("a/$b", true)]
    [InlineData("home/🏠", true)]
    [InlineData("", false)]
    [InlineData("$SYS/x", false)]
    [InlineData("a/+/b", false)]
    [InlineData("a/#", false)]
    [InlineData("a+b", false)]
    [InlineData("a\0b", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\u007Fb", false)]
    [InlineData("a\u0085b", false)]
    [InlineData("a\uFFFDb", false)]
    public void IsPublishable_GivenTopic_ShouldBeTrueForValidResponseTopics(string topic, bool isPublishable) =>
        TopicFilter.IsPublishable(topic).ShouldBe(isPublishable);

    [Fact]
    public void IsPublishable_GivenHalfOfASurrogatePair_ShouldRefuse() => TopicFilter.IsPublishable("a\uD83C").ShouldBeFalse();

    [Theory]
    [InlineData('a', 65_535, true)]
    [InlineData('a', 65_536, false)]
    [InlineData('ü', 32_767, true)]
    [InlineData('ü', 32_768, false)]
    public void IsPublishable_GivenLength_ShouldCountBytes(char character, int count, bool isPublishable) =>
        TopicFilter.IsPublishable(new string(character, count)).ShouldBe(isPublishable);

    [Fact]
    public void Matches_GivenAnyTopicWithoutWildcards_ShouldMatchItself() =>
        Prop.ForAll<NonNull<string>>(topic =>
                !topic.Get.Contains('#') && !topic.Get.Contains('+')
                    ? TopicFilter.Matches(topic.Get, topic.Get)
                    : TopicFilter.IsPublishable(topic.Get) is false
            )
            .QuickCheckThrowOnFailure();
}
