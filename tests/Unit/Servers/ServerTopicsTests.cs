using System.Text;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Events;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Tests.Unit.Servers;

public sealed class ServerTopicsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Outbox _outbox = new();
    private readonly ServerTopics _topics;
    private (string? Running, int Queued) _state;

    public ServerTopicsTests()
    {
        _topics = new ServerTopics(
            HomeAssistant.Options.Server("nas"),
            hasProblemTopic: static () => true,
            new TopicScheme("ssh"),
            _outbox,
            new EventBus(),
            _clock
        );
        Becomes(null, 0);
        Published().ShouldBe(["""{"running":null,"queued":0}"""]);
        _clock.Advance(ServerTopics.QueueInterval);
    }

    [Fact]
    public void Queue_GivenAChange_ShouldPublishItAtOnce()
    {
        Becomes("1", 0);
        Published().ShouldBe(["""{"running":"1","queued":0}"""]);

        Becomes(null, 0);
        Published().ShouldBe(["""{"running":null,"queued":0}"""]);
    }

    [Fact]
    public void Queue_GivenNoChange_ShouldPublishNothing()
    {
        Becomes(null, 0);

        Published().ShouldBeEmpty();
    }

    [Fact]
    public void Queue_GivenManyChanges_ShouldPublishTheFirstAtOnceAndTheLastLater()
    {
        for (var waiting = 1; waiting <= 100; waiting++)
        {
            Becomes("1", waiting);
        }

        Published().Count.ShouldBe(ServerTopics.MaximumQueueMessages);
        _clock.Advance(ServerTopics.QueueInterval);
        Published().ShouldBe(["""{"running":"1","queued":100}"""]);

        Becomes("1", 99);
        Published().ShouldBe(["""{"running":"1","queued":99}"""]);
    }

    [Fact]
    public void Queue_GivenChangesThatAreUndone_ShouldNotPublishThemLater()
    {
        for (var change = 0; change <= ServerTopics.MaximumQueueMessages; change++)
        {
            Becomes("1", change);
        }

        Published().Count.ShouldBe(ServerTopics.MaximumQueueMessages);
        Becomes("1", ServerTopics.MaximumQueueMessages - 1);
        _clock.Advance(ServerTopics.QueueInterval);

        Published().ShouldBeEmpty();
    }

    [Fact]
    public void PublishFinalQueue_GivenAPendingChange_ShouldPublishItAndEachOneAfterIt()
    {
        for (var waiting = 1; waiting <= 100; waiting++)
        {
            Becomes("1", waiting);
        }

        Published().Count.ShouldBe(ServerTopics.MaximumQueueMessages);

        _topics.PublishFinalQueue();
        Published().ShouldBe(["""{"running":"1","queued":100}"""]);
        Becomes(null, 0);
        Published().ShouldBe(["""{"running":null,"queued":0}"""]);
    }

    private void Becomes(string? running, int queued)
    {
        _state = (running, queued);
        _topics.Queue(() => _state);
    }

    private List<string> Published()
    {
        List<string> texts = [];
        while (_outbox.TryTake(out var message))
        {
            texts.Add(Encoding.UTF8.GetString(message.Publication.Payload.Span));
            _outbox.Complete(message, acknowledged: true);
        }

        return texts;
    }
}
