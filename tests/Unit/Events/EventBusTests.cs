using SshMqttBridge.Events;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Events;

public sealed class EventBusTests
{
    private readonly EventBus _events = new();

    [Fact]
    public void HasSubscribers_GivenSubscriptionsThatBeginAndEnd_ShouldBeTrueWhileThereIsOne()
    {
        _events.HasSubscribers.ShouldBeFalse();
        using (_events.Subscribe())
        using (_events.Subscribe())
        {
            _events.HasSubscribers.ShouldBeTrue();
        }

        _events.HasSubscribers.ShouldBeFalse();
    }

    [Fact]
    public async Task Publish_GivenTwoSubscribers_ShouldReachBothInOrder()
    {
        using var one = _events.Subscribe();
        using var two = _events.Subscribe();

        _events.Publish(new ServerEvent.Connection("nas", ConnectionStatus.Online));
        _events.Publish(new ServerEvent.Broker(false));

        foreach (var subscription in (EventSubscription[])[one, two])
        {
            (await subscription.WaitAsync(default)).ShouldBeTrue();
            Taken(subscription)
                .ShouldBe([new ServerEvent.Connection("nas", ConnectionStatus.Online), new ServerEvent.Broker(false)]);
        }
    }

    [Fact]
    public async Task Publish_GivenASubscriberThatDoesNotKeepUp_ShouldEndItAndReachTheOthers()
    {
        using var slow = _events.Subscribe();
        using var quick = _events.Subscribe();
        var text = new ServerEvent.Output("nas", "1", OutputStream.StandardOutput, new string('x', 1 << 20), 0);
        var count = EventSubscription.MaximumPending / text.Weight + 1;

        for (var i = 0; i < count; i++)
        {
            _events.Publish(text);
            Taken(quick).Count.ShouldBe(1);
        }

        Taken(slow).Count.ShouldBe((int)count - 1);
        (await slow.WaitAsync(default)).ShouldBeFalse();
        _events.HasSubscribers.ShouldBeTrue();
        _events.Publish(text);
        Taken(quick).Count.ShouldBe(1);
        Taken(slow).ShouldBeEmpty();
    }

    [Fact]
    public async Task Dispose_GivenASubscriberThatWaits_ShouldEndItsWait()
    {
        var subscription = _events.Subscribe();
        var waiting = subscription.WaitAsync(default).AsTask();

        subscription.Dispose();

        (await waiting).ShouldBeFalse();
    }

    private static List<ServerEvent> Taken(EventSubscription subscription)
    {
        List<ServerEvent> taken = [];
        while (subscription.TryTake(out var happened))
        {
            taken.Add(happened);
        }

        return taken;
    }
}
