using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Mqtt;

public sealed class LatestPostsTests
{
    private readonly Outbox _outbox = new();
    private int _acknowledged;

    [Fact]
    public void Acknowledged_GivenSomeMessages_ShouldComeOnceAfterTheLastOne()
    {
        LatestPosts posts = new(_outbox, () => _acknowledged++);
        posts.AreAcknowledged.ShouldBeTrue();

        posts.Post([Message("a"), Message("b")]);
        Acknowledge();
        (posts.AreAcknowledged, _acknowledged).ShouldBe((false, 0));
        Acknowledge();

        (posts.AreAcknowledged, _acknowledged).ShouldBe((true, 1));
    }

    [Fact]
    public void Acknowledged_GivenMessagesThatWereDropped_ShouldComeAfterTheLaterOnes()
    {
        LatestPosts posts = new(_outbox, () => _acknowledged++);

        _outbox.Suspend();
        posts.Post([Message("a")]);
        posts.AreAcknowledged.ShouldBeFalse();
        _outbox.Resume();
        posts.Post([Message("a")]);
        Acknowledge();

        (posts.AreAcknowledged, _acknowledged).ShouldBe((true, 1));
    }

    [Fact]
    public void Acknowledged_GivenEarlierMessagesThatAreStillWaiting_ShouldComeOnceForTheLaterOnes()
    {
        LatestPosts posts = new(_outbox, () => _acknowledged++);

        posts.Post([Message("a")]);
        posts.Post([Message("b")]);
        Acknowledge();
        (posts.AreAcknowledged, _acknowledged).ShouldBe((false, 0));
        Acknowledge();

        (posts.AreAcknowledged, _acknowledged).ShouldBe((true, 1));
    }

    private void Acknowledge()
    {
        _outbox.TryTake(out var message).ShouldBeTrue();
        _outbox.Complete(message, acknowledged: true);
    }

    private static MqttPublication Message(string topic) => new(topic, default, Retain: true);
}
