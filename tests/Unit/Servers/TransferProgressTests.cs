using System.Text;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Commands;
using SshMqttBridge.Events;
using SshMqttBridge.Inbound;
using SshMqttBridge.Journal;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>A transfer's progress on its topic and in the events.</summary>
public sealed class TransferProgressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Outbox _outbox = new();
    private readonly EventBus _events = new();
    private readonly CommandJournal _journal;
    private readonly BaseDirectory _files;
    private readonly ProgressPublisher _publisher;

    public TransferProgressTests()
    {
        _journal = new CommandJournal(_folder["journal.db"]);
        _files = new BaseDirectory(_folder["files"]);
        var topics = new TopicScheme("ssh");
        var delivery = new MqttDelivery(
            "ssh/nas/get/set",
            Encoding.UTF8.GetBytes("""{"source":"a","destination":"b","id":"7 \"x\""}""")
        );
        var parsed = new CommandParser([], new FakeTimeProvider()).Parse(topics.Parse(delivery.Topic)!, delivery);
        var command = parsed.ShouldBeOfType<ParsedCommand.Valid>().Command.ShouldBeOfType<TransferCommand>();
        _publisher = new ProgressPublisher(command, topics, _outbox, _events);
    }

    [Fact]
    public void Publish_GivenProgress_ShouldPublishItWithoutRetaining()
    {
        _publisher.Publish(new TransferProgress(10, 100, 20, IsLast: false));

        _outbox.TryTake(out var message).ShouldBeTrue();
        message!.Publication.Topic.ShouldBe("ssh/nas/progress");
        message.Publication.Retain.ShouldBeFalse();
        Text(message).ShouldBe("""{"operation":"get","id":"7 \"x\"","bytes":10,"total":100,"rate":20}""");
    }

    [Fact]
    public void Publish_GivenABrokerThatIsDown_ShouldDropAllButTheFirstAndTheLast()
    {
        for (var bytes = 1; bytes < 1000; bytes++)
        {
            _publisher.Publish(new TransferProgress(bytes, 1000, 1, IsLast: false));
        }

        _publisher.Publish(new TransferProgress(1000, 1000, 1, IsLast: true));

        _outbox.Count.ShouldBe(2);
        _outbox.TryTake(out var first);
        _outbox.TryTake(out var last);
        Text(first!).ShouldContain("\"bytes\":1,");
        Text(last!).ShouldContain("\"bytes\":1000,");
    }

    [Fact]
    public void Publish_GivenAReconnect_ShouldContinue()
    {
        _publisher.Publish(new TransferProgress(1, 1000, 1, IsLast: false));
        _publisher.Publish(new TransferProgress(2, 1000, 1, IsLast: false));
        _outbox.TryTake(out var first);
        _outbox.Complete(first!, acknowledged: true);

        _publisher.Publish(new TransferProgress(3, 1000, 1, IsLast: false));

        _outbox.TryTake(out var next).ShouldBeTrue();
        Text(next!).ShouldContain("\"bytes\":3,");
    }

    [Fact]
    public void Publish_GivenASubscriber_ShouldSendItEachTime()
    {
        using var listener = _events.Subscribe();

        _publisher.Publish(new TransferProgress(1, 1000, 2, IsLast: false));
        _publisher.Publish(new TransferProgress(2, 1000, 3, IsLast: false));

        List<ServerEvent> received = [];
        while (listener.TryTake(out var next))
        {
            received.Add(next);
        }

        received.ShouldBe([
            new ServerEvent.Progress("nas", Operation.Get, "7 \"x\"", 1, 1000, 2),
            new ServerEvent.Progress("nas", Operation.Get, "7 \"x\"", 2, 1000, 3),
        ]);
    }

    public void Dispose()
    {
        _journal.Dispose();
        _files.Dispose();
        _folder.Dispose();
    }

    private static string Text(OutboxMessage message) => Encoding.UTF8.GetString(message.Publication.Payload.Span);
}
