using SshMqttBridge.Events;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Events;

public sealed class LiveFeedTests
{
    private readonly LiveFeed _feed = new();

    [Fact]
    public void IsHeard_GivenListenersThatComeAndGo_ShouldTellWhetherThereIsOne()
    {
        _feed.IsHeard.ShouldBeFalse();
        using (_feed.Listen())
        using (_feed.Listen())
        {
            _feed.IsHeard.ShouldBeTrue();
        }

        _feed.IsHeard.ShouldBeFalse();
    }

    [Fact]
    public async Task Tell_GivenTwoListeners_ShouldTellBothInOrder()
    {
        using var one = _feed.Listen();
        using var two = _feed.Listen();

        _feed.Tell(new FeedEvent.Connection("nas", true));
        _feed.Tell(new FeedEvent.Broker(false));

        foreach (var listener in (FeedListener[])[one, two])
        {
            (await listener.WaitAsync(default)).ShouldBeTrue();
            Taken(listener).ShouldBe([new FeedEvent.Connection("nas", true), new FeedEvent.Broker(false)]);
        }
    }

    [Fact]
    public async Task Tell_GivenAListenerThatDoesNotKeepUp_ShouldCutItOffAndTellTheOthers()
    {
        using var slow = _feed.Listen();
        using var quick = _feed.Listen();
        var text = new FeedEvent.Output("nas", "1", OutputStream.StandardOutput, new string('x', 1 << 20), 0);
        var told = FeedListener.MostWaiting / text.Weight + 1;

        for (var i = 0; i < told; i++)
        {
            _feed.Tell(text);
            Taken(quick).Count.ShouldBe(1);
        }

        Taken(slow).Count.ShouldBe((int)told - 1);
        (await slow.WaitAsync(default)).ShouldBeFalse();
        _feed.IsHeard.ShouldBeTrue();
        _feed.Tell(text);
        Taken(quick).Count.ShouldBe(1);
        Taken(slow).ShouldBeEmpty();
    }

    [Fact]
    public async Task Dispose_GivenAListenerThatWaits_ShouldEndItsWait()
    {
        var listener = _feed.Listen();
        var waiting = listener.WaitAsync(default).AsTask();

        listener.Dispose();

        (await waiting).ShouldBeFalse();
    }

    private static List<FeedEvent> Taken(FeedListener listener)
    {
        List<FeedEvent> taken = [];
        while (listener.TryTake(out var happened))
        {
            taken.Add(happened);
        }

        return taken;
    }
}
