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

        _events.Publish(new ServerEvent.Connection("nas", true));
        _events.Publish(new ServerEvent.Broker(false));

        foreach (var listener in (EventSubscription[])[one, two])
        {
            (await listener.WaitAsync(default)).ShouldBeTrue();
            Taken(listener).ShouldBe([new ServerEvent.Connection("nas", true), new ServerEvent.Broker(false)]);
        }
    }

    [Fact]
    public async Task Publish_GivenASubscriberThatDoesNotKeepUp_ShouldEndItAndReachTheOthers()
    {
        using var slow = _events.Subscribe();
        using var quick = _events.Subscribe();
        var text = new ServerEvent.Output("nas", "1", OutputStream.StandardOutput, new string('x', 1 << 20), 0);
        var told = EventSubscription.MaximumPending / text.Weight + 1;

        for (var i = 0; i < told; i++)
        {
            _events.Publish(text);
            Taken(quick).Count.ShouldBe(1);
        }

        Taken(slow).Count.ShouldBe((int)told - 1);
        (await slow.WaitAsync(default)).ShouldBeFalse();
        _events.HasSubscribers.ShouldBeTrue();
        _events.Publish(text);
        Taken(quick).Count.ShouldBe(1);
        Taken(slow).ShouldBeEmpty();
    }

    [Fact]
    public async Task Dispose_GivenASubscriberThatWaits_ShouldEndItsWait()
    {
        var listener = _events.Subscribe();
        var waiting = listener.WaitAsync(default).AsTask();

        listener.Dispose();

        (await waiting).ShouldBeFalse();
    }

    private static List<ServerEvent> Taken(EventSubscription listener)
    {
        List<ServerEvent> taken = [];
        while (listener.TryTake(out var happened))
        {
            taken.Add(happened);
        }

        return taken;
    }
}
