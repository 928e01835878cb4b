using System.Text;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Tests.Unit.Servers;

public sealed class ResultPublisherTests
{
    private readonly Outbox _outbox = new();

    [Fact]
    public void Publish_GivenExec_ShouldPublishInOrder()
    {
        var result = Result() with { Exit = 3, Out = "a\nb\n", Err = "c" };
        var json = result.ToJson();

        Publisher().Publish(result, json, [new ReplyAddress("ssh/reply/1", new byte[] { 7 })]);

        var posted = TakeAll();
        posted
            .Select(message => (message.Publication.Topic, Text(message), message.Publication.Retain))
            .ShouldBe([
                ("ssh/nas/out", "a<br>b", true),
                ("ssh/nas/err", "c", true),
                ("ssh/nas/exec", "3", true),
                ("ssh/nas/last", Encoding.UTF8.GetString(json), true),
                ("ssh/nas/result", Encoding.UTF8.GetString(json), false),
                ("ssh/reply/1", Encoding.UTF8.GetString(json), false),
            ]);
        posted[^1].Publication.CorrelationData!.Value.ToArray().ShouldBe([7]);
    }

    [Fact]
    public void Publish_GivenAnAction_ShouldPublishItsOutputFirst()
    {
        Publish(Result() with { Exit = 1, Status = CommandStatus.Failed, Action = "df", Out = "a\r\nb\r\n" });

        var posted = TakeAll();
        posted
            .Select(message => message.Publication.Topic)
            .ShouldBe(["ssh/nas/action/df", "ssh/nas/out", "ssh/nas/err", "ssh/nas/exec", "ssh/nas/last", "ssh/nas/result"]);
        (Text(posted[0]), posted[0].Publication.Retain).ShouldBe(("a\r\nb", true));
        Text(posted[^1]).ShouldContain(""" "command":"uptime","action":"df","status":"failed" """.Trim());
    }

    [Fact]
    public void Publish_GivenAScheduledRun_ShouldPublishItsOutputAndResultOnly()
    {
        Publish(Result() with { Exit = 0, Action = "df", Scheduled = true, Out = "a\n" });

        var posted = TakeAll();
        posted.Select(message => message.Publication.Topic).ShouldBe(["ssh/nas/action/df", "ssh/nas/result"]);
        Text(posted[^1]).ShouldContain(""" "action":"df","scheduled":true,"status" """.Trim());
    }

    [Theory]
    [InlineData("TimedOut")]
    [InlineData("Cancelled")]
    [InlineData("Rejected")]
    [InlineData("Expired")]
    [InlineData("Lost")]
    public void Publish_GivenAnActionThatDidNotRunToItsEnd_ShouldLeaveItsOutputAsItWas(string status)
    {
        Publish(Result() with { Status = Enum.Parse<CommandStatus>(status), Action = "df", Scheduled = true });

        TakeAll().ShouldHaveSingleItem().Publication.Topic.ShouldBe("ssh/nas/result");
    }

    [Fact]
    public void PublishRefusal_GivenAScheduledRun_ShouldPublishTheResultOnly()
    {
        Publisher().PublishRefusal(Result() with { Status = CommandStatus.Rejected, Action = "df", Scheduled = true }, []);

        TakeAll().ShouldHaveSingleItem().Publication.Topic.ShouldBe("ssh/nas/result");
    }

    [Theory]
    [InlineData("Succeeded", 0L, "0")]
    [InlineData("Failed", 255L, "255")]
    [InlineData("Failed", 4_294_967_295L, "4294967295")]
    [InlineData("Failed", null, "null")]
    [InlineData("TimedOut", null, "null")]
    [InlineData("Cancelled", null, "null")]
    [InlineData("Lost", null, "null")]
    [InlineData("Rejected", null, "error")]
    [InlineData("Expired", null, "error")]
    public void Publish_GivenStatus_ShouldPublishTheExecValueOfIt(string status, long? exit, string value)
    {
        Publish(Result() with { Status = Enum.Parse<CommandStatus>(status), Exit = exit });

        ValueOf("ssh/nas/exec").ShouldBe(value);
    }

    [Theory]
    [InlineData("Get", "Succeeded", 0L, "ssh/nas/get", "0")]
    [InlineData("Put", "Succeeded", 5_000_000_000L, "ssh/nas/put", "5000000000")]
    [InlineData("Put", "Failed", null, "ssh/nas/put", "error")]
    [InlineData("Get", "Lost", null, "ssh/nas/get", "error")]
    [InlineData("Get", "Cancelled", null, "ssh/nas/get", "error")]
    public void Publish_GivenTransfer_ShouldPublishBytesOrError(
        string operation,
        string status,
        long? bytes,
        string topic,
        string value
    )
    {
        Publish(
            Result() with
            {
                Operation = Enum.Parse<Operation>(operation),
                Status = Enum.Parse<CommandStatus>(status),
                Bytes = bytes,
            }
        );

        var posted = TakeAll();
        posted.Select(message => message.Publication.Topic).ShouldBe([topic, "ssh/nas/last", "ssh/nas/result"]);
        Text(posted[0]).ShouldBe(value);
    }

    [Theory]
    [InlineData("Never")]
    [InlineData("ByLine")]
    public void Publish_GivenAnotherOutputMode_ShouldLeaveOutAndErrAlone(string mode)
    {
        var result = Result() with { Exit = 0, Out = "a" };

        Publisher(Enum.Parse<StandardOutputMode>(mode)).Publish(result, result.ToJson(), []);

        TakeAll().Select(message => message.Publication.Topic).ShouldBe(["ssh/nas/exec", "ssh/nas/last", "ssh/nas/result"]);
    }

    [Fact]
    public void Publish_GivenNoOutput_ShouldPublishEmptyTexts()
    {
        Publish(Result() with { Exit = 0 });

        var posted = TakeAll();
        posted.Take(2).Select(Text).ShouldBe(["", ""]);
    }

    [Fact]
    public void Publish_GivenTheBrokersAcknowledgements_ShouldCompleteOnceAfterAllReplies()
    {
        var settled = 0;
        var result = Result() with { Exit = 0 };

        Publisher().Publish(result, result.ToJson(), [new ReplyAddress("ssh/reply/1", null)], () => settled++);

        var posted = TakeAll();
        foreach (var message in posted.SkipLast(1))
        {
            _outbox.Complete(message, acknowledged: true);
        }

        settled.ShouldBe(0);
        _outbox.Complete(posted[^1], acknowledged: true);
        settled.ShouldBe(1);
    }

    [Fact]
    public void Publish_GivenAnOperationWithoutDatapoint_ShouldOnlyAnswerAndComplete()
    {
        var settled = 0;
        var result = Result() with { Operation = Operation.Connection };

        Publisher().Publish(result, result.ToJson(), [], () => settled++);

        TakeAll().ShouldBeEmpty();
        settled.ShouldBe(1);
    }

    [Fact]
    public void Publish_GivenARefusedOperationWithoutDatapoint_ShouldPublishTheResultAlone()
    {
        Publish(Result() with { Operation = Operation.User, Status = CommandStatus.Rejected });

        TakeAll().ShouldHaveSingleItem().Publication.Topic.ShouldBe("ssh/nas/result");
    }

    [Fact]
    public void PublishAgain_GivenAResult_ShouldPublishItAndAnswerAndChangeNothingElse()
    {
        var result = Result() with { Exit = 0, Out = "a" };

        Publisher().PublishAgain("nas", result.ToJson(), new ReplyAddress("ssh/reply/2", null));

        var posted = TakeAll();
        posted.Select(message => message.Publication.Topic).ShouldBe(["ssh/nas/result", "ssh/reply/2"]);
        posted.ShouldAllBe(message => !message.Publication.Retain);
    }

    [Fact]
    public void Publish_GivenALowerPacketLimit_ShouldTruncateTextsBetweenCharactersAndKeepJsonValid()
    {
        var result = Result() with { Exit = 0, Out = string.Concat(Enumerable.Repeat("漢", 1000)) };
        Publish(result);
        var posted = TakeAll();

        posted[0].TryShrink(100).ShouldBeTrue();
        Text(posted[0]).ShouldBe(string.Concat(Enumerable.Repeat("漢", 33)));
        posted[4].TryShrink(600).ShouldBeTrue();
        CommandResult.FromJson(posted[4].Publication.Payload.Span).Truncated.ShouldBeTrue();
    }

    [Fact]
    public void PublishError_GivenTextWithQuotes_ShouldBeJson()
    {
        Publisher().PublishError("invalid", "no \"such\" <server>", "ssh/x/exec/set");

        var message = TakeAll().ShouldHaveSingleItem();
        message.Publication.Topic.ShouldBe("ssh/bridge/error");
        message.Publication.Retain.ShouldBeFalse();
        Text(message).ShouldBe("""{"reason":"invalid","message":"no \"such\" <server>","topic":"ssh/x/exec/set"}""");
    }

    private void Publish(CommandResult result) => Publisher().Publish(result, result.ToJson(), []);

    private ResultPublisher Publisher(StandardOutputMode mode = StandardOutputMode.AtEnd) =>
        new(
            new TopicScheme("ssh"),
            _outbox,
            new ServerIndex([
                new ServerOptions
                {
                    Id = "nas",
                    Host = "192.0.2.10",
                    User = "admin",
                    KeyDirectory = "/",
                    StandardOutput = mode,
                },
            ])
        );

    private string ValueOf(string topic) => Text(TakeAll().Single(message => message.Publication.Topic == topic));

    private List<OutboxMessage> TakeAll()
    {
        var messages = new List<OutboxMessage>();
        while (_outbox.TryTake(out var message))
        {
            messages.Add(message);
        }

        return messages;
    }

    private static string Text(OutboxMessage message) => Encoding.UTF8.GetString(message.Publication.Payload.Span);

    private static CommandResult Result() =>
        new()
        {
            Id = "7",
            Server = "nas",
            Operation = Operation.Exec,
            Command = "uptime",
            Status = CommandStatus.Succeeded,
            ReceivedAt = DateTimeOffset.UnixEpoch,
        };
}
