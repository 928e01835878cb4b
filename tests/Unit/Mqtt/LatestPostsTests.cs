using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Mqtt;

public sealed class LatestPostsTests
{
    private readonly Outbox _outbox = new();
    private readonly LatestPosts _posts;

    public LatestPostsTests() => _posts = new LatestPosts(_outbox);

    [Fact]
    public async Task WaitAsync_GivenSomeMessages_ShouldReturnOnceAfterTheLastOne()
    {
        _posts.AreAcknowledged.ShouldBeTrue();
        var wait = _posts.WaitAsync(CancellationToken.None);

        _posts.Post([Message("a"), Message("b")]);
        Acknowledge();
        (_posts.AreAcknowledged, wait.IsCompleted).ShouldBe((false, false));
        Acknowledge();

        await ShouldReturnOnceAsync(wait);
    }

    [Fact]
    public async Task WaitAsync_GivenMessagesThatWereDropped_ShouldReturnAfterTheLaterOnes()
    {
        var wait = _posts.WaitAsync(CancellationToken.None);

        _outbox.Suspend();
        _posts.Post([Message("a")]);
        _posts.AreAcknowledged.ShouldBeFalse();
        _outbox.Resume();
        _posts.Post([Message("a")]);
        wait.IsCompleted.ShouldBeFalse();
        Acknowledge();

        await ShouldReturnOnceAsync(wait);
    }

    [Fact]
    public async Task WaitAsync_GivenEarlierMessagesThatAreStillWaiting_ShouldReturnOnceForTheLaterOnes()
    {
        var wait = _posts.WaitAsync(CancellationToken.None);

        _posts.Post([Message("a")]);
        _posts.Post([Message("b")]);
        Acknowledge();
        (_posts.AreAcknowledged, wait.IsCompleted).ShouldBe((false, false));
        Acknowledge();

        await ShouldReturnOnceAsync(wait);
    }

    private async Task ShouldReturnOnceAsync(Task wait)
    {
        await wait;
        _posts.AreAcknowledged.ShouldBeTrue();

        using CancellationTokenSource stop = new();
        var again = _posts.WaitAsync(stop.Token);
        again.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => again);
    }

    private void Acknowledge()
    {
        _outbox.TryTake(out var message).ShouldBeTrue();
        _outbox.Complete(message, acknowledged: true);
    }

    private static MqttPublication Message(string topic) => new(topic, default, Retain: true);
}
