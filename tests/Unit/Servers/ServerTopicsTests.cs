using System.Text;
using SshMqttBridge.Feed;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Tests.Unit.Servers;

public sealed class ServerTopicsTests
{
    private readonly TestClock _clock = new();
    private readonly Outbox _outbox = new();
    private readonly ServerTopics _topics;
    private (string? Running, int Queued) _state;

    public ServerTopicsTests()
    {
        _topics = new ServerTopics("nas", new TopicScheme("ssh"), _outbox, new LiveFeed(), _clock);
        Becomes(null, 0);
        Told().ShouldBe(["""{"running":null,"queued":0}"""]);
        _clock.Advance(ServerTopics.QueuePause);
    }

    [Fact]
    public void Queue_GivenACommandThatIsSoonOver_ShouldSayNothing()
    {
        Becomes("1", 0);
        _clock.Advance(ServerTopics.QueuePause / 2);
        Becomes(null, 0);
        _clock.Advance(ServerTopics.QueuePause);

        Told().ShouldBeEmpty();
    }

    [Fact]
    public void Queue_GivenACommandThatTakesTime_ShouldTellItAndItsEnd()
    {
        Becomes("1", 0);
        Told().ShouldBeEmpty();
        _clock.Advance(ServerTopics.QueuePause);
        Told().ShouldBe(["""{"running":"1","queued":0}"""]);

        _clock.Advance(ServerTopics.QueuePause);
        Becomes(null, 0);

        Told().ShouldBe(["""{"running":null,"queued":0}"""]);
    }

    [Fact]
    public void Queue_GivenACommandThatWaits_ShouldTellItAtOnce()
    {
        Becomes("1", 0);
        Becomes("1", 1);

        Told().ShouldBe(["""{"running":"1","queued":1}"""]);
    }

    [Fact]
    public void Queue_GivenManyChanges_ShouldTellTheLastOfThemAfterAPause()
    {
        Becomes("1", 1);
        Told().Count.ShouldBe(1);
        for (var waiting = 2; waiting <= 9; waiting++)
        {
            Becomes("1", waiting);
        }

        Told().ShouldBeEmpty();
        _clock.Advance(ServerTopics.QueuePause);
        Told().ShouldBe(["""{"running":"1","queued":9}"""]);
    }

    [Fact]
    public void Queue_GivenAChangeThatIsUndone_ShouldSayNothing()
    {
        Becomes("1", 1);
        Told().Count.ShouldBe(1);

        Becomes("1", 2);
        Becomes("1", 1);
        _clock.Advance(ServerTopics.QueuePause);

        Told().ShouldBeEmpty();
    }

    [Fact]
    public void LastQueue_GivenAChangeThatIsNotToldYet_ShouldTellItAndEachOneAfterIt()
    {
        Becomes("1", 0);

        _topics.LastQueue();
        Told().ShouldBe(["""{"running":"1","queued":0}"""]);
        Becomes(null, 0);
        Told().ShouldBe(["""{"running":null,"queued":0}"""]);
    }

    private void Becomes(string? running, int queued)
    {
        _state = (running, queued);
        _topics.Queue(() => _state);
    }

    private List<string> Told()
    {
        List<string> texts = [];
        while (_outbox.TryTake(out var message))
        {
            texts.Add(Encoding.UTF8.GetString(message.Publication.Payload.Span));
            _outbox.Settle(message, acknowledged: true);
        }

        return texts;
    }
}
