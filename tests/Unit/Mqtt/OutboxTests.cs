using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Mqtt;

public sealed class OutboxTests
{
    private static readonly MqttPublication Online = new("state", "online"u8.ToArray(), Retain: true);

    [Fact]
    public void TryTake_GivenSeveral_ShouldReturnThemInOrder()
    {
        var outbox = new Outbox();
        outbox.Post(Message("1"));
        outbox.TryPost(Message("2")).ShouldBeTrue();
        outbox.PostAsync(Message("3"), default).AsTask().IsCompletedSuccessfully.ShouldBeTrue();

        Drain(outbox).ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public async Task Suspend_GivenMessages_ShouldKeepWaitingOnesAndDropNewOnes()
    {
        var outbox = new Outbox();
        outbox.Post(Message("1"));

        outbox.Suspend();
        outbox.Post(Message("2"), () => throw new InvalidOperationException("It was dropped."));
        outbox.TryPost(Message("3")).ShouldBeTrue();
        outbox.PostCoalesced(Message("4"));
        await outbox.PostAsync(Message("5"), default);
        outbox.Resume();
        outbox.Post(Message("6"));

        Drain(outbox).ShouldBe(["1", "6"]);
    }

    [Fact]
    public async Task Suspend_GivenAWaitingCaller_ShouldEndItsWait()
    {
        var outbox = new Outbox(messageLimit: 1);
        outbox.Post(Message("1"));
        var waiting = outbox.PostAsync(Message("2"), default).AsTask();

        outbox.Suspend();

        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        outbox.Count.ShouldBe(1);
    }

    [Fact]
    public void Clear_GivenMessagesInAllStates_ShouldForgetAllButThoseThatAreKept()
    {
        var outbox = new Outbox();
        foreach (var topic in (string[])["ssh/acknowledged", "other/acknowledged", "ssh/sent", "other/sent"])
        {
            outbox.Post(new MqttPublication(topic, "1"u8.ToArray(), Retain: true));
            outbox.TryTake(out var message).ShouldBeTrue();
            if (topic.EndsWith("acknowledged", StringComparison.Ordinal))
            {
                outbox.Complete(message, acknowledged: true);
            }
        }

        outbox.Post(
            new MqttPublication("ssh/waiting", "1"u8.ToArray()),
            () => throw new InvalidOperationException("It was dropped.")
        );
        outbox.Post(new MqttPublication("other/waiting", "1"u8.ToArray()));

        outbox.Clear(topic => topic.StartsWith("other/", StringComparison.Ordinal));
        outbox.Begin(Online);
        List<string> topics = [];
        while (outbox.TryTake(out var message))
        {
            topics.Add(message.Publication.Topic);
            outbox.Complete(message, acknowledged: true);
        }

        topics.ShouldBe(["state", "other/acknowledged", "other/sent", "other/waiting"]);
        outbox.Count.ShouldBe(0);
        outbox.IdleAsync().IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void TryPost_GivenAFullOutbox_ShouldRefuseAndCount()
    {
        var outbox = new Outbox(messageLimit: 2);
        outbox.TryPost(Message("1"));
        outbox.TryPost(Message("2"));

        outbox.TryPost(Message("3")).ShouldBeFalse();
        outbox.RefusedCount.ShouldBe(1);
        outbox.Post(Message("4"));
        outbox.Count.ShouldBe(3);
    }

    [Fact]
    public void TryPost_GivenTheBytesUsedUp_ShouldRefuse()
    {
        var outbox = new Outbox(byteLimit: 10_000);
        outbox.TryPost(new MqttPublication("a", new byte[10_000]));

        outbox.TryPost(Message("1")).ShouldBeFalse();
    }

    [Fact]
    public async Task PostAsync_GivenAFullOutbox_ShouldWaitForRoom()
    {
        var outbox = new Outbox(messageLimit: 4);
        for (var i = 0; i < 4; i++)
        {
            outbox.Post(Message($"{i}"));
        }

        var waiting = outbox.PostAsync(Message("late"), default).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        outbox.TryTake(out var first).ShouldBeTrue();
        outbox.Complete(first!, acknowledged: true);

        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Drain(outbox).ShouldBe(["1", "2", "3", "late"]);
    }

    [Fact]
    public async Task PostAsync_GivenACancelledWait_ShouldNotQueueTheMessage()
    {
        var outbox = new Outbox(messageLimit: 1);
        outbox.Post(Message("1"));
        using var cancel = new CancellationTokenSource();
        var waiting = outbox.PostAsync(Message("2"), cancel.Token).AsTask();

        await cancel.CancelAsync();

        await waiting.ShouldThrowAsync<OperationCanceledException>();
        outbox.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Complete_GivenAMessage_ShouldCallItsCallbackOnce(bool acknowledged)
    {
        var outbox = new Outbox();
        var settled = 0;
        outbox.Post(Message("1"), () => settled++);
        outbox.TryTake(out var message);

        outbox.Complete(message!, acknowledged);
        outbox.Complete(message!, acknowledged);

        settled.ShouldBe(1);
        outbox.Count.ShouldBe(0);
    }

    [Fact]
    public void PutBack_GivenUnansweredMessages_ShouldGiveThemFirstAndInOrder()
    {
        var outbox = new Outbox();
        for (var i = 1; i <= 4; i++)
        {
            outbox.Post(Message($"{i}"));
        }

        outbox.TryTake(out var first);
        outbox.TryTake(out _);
        outbox.TryTake(out _);
        outbox.Complete(first!, acknowledged: true);
        outbox.Post(Message("5"));

        outbox.PutBack();

        Drain(outbox).ShouldBe(["2", "3", "4", "5"]);
    }

    [Fact]
    public void Begin_GivenAcknowledgedRetainedMessages_ShouldRepeatTheLastOfEachTopic()
    {
        var outbox = new Outbox();
        outbox.Post(new MqttPublication("a", "old"u8.ToArray(), Retain: true));
        outbox.Post(new MqttPublication("a", "new"u8.ToArray(), Retain: true));
        outbox.Post(new MqttPublication("b", "x"u8.ToArray(), Retain: true));
        outbox.Post(new MqttPublication("c", "not retained"u8.ToArray()));
        Drain(outbox);

        outbox.Begin(Online);

        DrainPublications(outbox).Select(Text).ShouldBe(["state=online", "a=new", "b=x"], ignoreOrder: true);
    }

    [Fact]
    public void Begin_GivenATopicThatWasEmptied_ShouldNotRepeatIt()
    {
        var outbox = new Outbox();
        outbox.Post(new MqttPublication("a", "x"u8.ToArray(), Retain: true));
        outbox.Post(new MqttPublication("a", default, Retain: true));
        Drain(outbox);

        outbox.Begin(Online);

        DrainPublications(outbox).Select(Text).ShouldBe(["state=online"]);
    }

    [Fact]
    public void Begin_GivenAWaitingMessageForATopic_ShouldNotRepeatTheOldOne()
    {
        var outbox = new Outbox();
        outbox.Post(new MqttPublication("a", "old"u8.ToArray(), Retain: true));
        outbox.Post(new MqttPublication("b", "old"u8.ToArray(), Retain: true));
        Drain(outbox);
        outbox.Post(new MqttPublication("a", "new"u8.ToArray(), Retain: true));
        outbox.Post(new MqttPublication("b", "a line, which sets nothing"u8.ToArray()));

        outbox.Begin(Online);

        DrainPublications(outbox).Select(Text).ShouldBe(["state=online", "b=old", "a=new", "b=a line, which sets nothing"]);
    }

    [Fact]
    public void Begin_GivenAConnectionLostWhileRepeating_ShouldRepeatAllOfThem()
    {
        var outbox = new Outbox();
        outbox.Post(new MqttPublication("a", "1"u8.ToArray(), Retain: true));
        outbox.Post(new MqttPublication("b", "2"u8.ToArray(), Retain: true));
        Drain(outbox);
        outbox.Begin(Online);
        outbox.TryTake(out _);
        outbox.TryTake(out _);

        outbox.PutBack();
        outbox.Begin(Online);

        DrainPublications(outbox).Select(Text).ShouldBe(["state=online", "a=1", "b=2"], ignoreOrder: true);
    }

    [Fact]
    public void Complete_GivenARefusedRetainedMessage_ShouldKeepTheOneTheBrokerHas()
    {
        var outbox = new Outbox();
        outbox.Post(new MqttPublication("a", "good"u8.ToArray(), Retain: true));
        Drain(outbox);
        outbox.Post(new MqttPublication("a", "bad"u8.ToArray(), Retain: true));
        outbox.TryTake(out var bad);
        outbox.Complete(bad!, acknowledged: false);

        outbox.Begin(Online);

        DrainPublications(outbox).Select(Text).ShouldBe(["state=online", "a=good"]);
    }

    [Fact]
    public async Task IdleAsync_GivenAMessageUnderWay_ShouldWaitForItsAnswer()
    {
        var outbox = new Outbox();
        outbox.Post(Message("1"));
        outbox.TryTake(out var message);
        var idle = outbox.IdleAsync();
        idle.IsCompleted.ShouldBeFalse();

        outbox.Complete(message!, acknowledged: true);

        await idle.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task PostAsync_GivenManyPosters_ShouldStayWithinTheLimitAndLoseNothing()
    {
        const int posters = 8;
        const int each = 500;
        var outbox = new Outbox(messageLimit: 50);
        var seen = new List<string>();
        var posting = Enumerable
            .Range(0, posters)
            .Select(poster =>
                Task.Run(async () =>
                {
                    for (var i = 0; i < each; i++)
                    {
                        await outbox.PostAsync(Message($"{poster} {i}"), default);
                    }
                })
            )
            .ToArray();

        while (seen.Count < posters * each)
        {
            await outbox.WorkAsync().WaitAsync(TimeSpan.FromSeconds(30));
            outbox.Count.ShouldBeLessThanOrEqualTo(50);
            while (outbox.TryTake(out var message))
            {
                seen.Add(System.Text.Encoding.UTF8.GetString(message.Publication.Payload.Span));
                outbox.Complete(message, acknowledged: true);
            }
        }

        await Task.WhenAll(posting);
        foreach (var poster in Enumerable.Range(0, posters))
        {
            seen.Where(text => text.StartsWith($"{poster} ", StringComparison.Ordinal))
                .ShouldBe(Enumerable.Range(0, each).Select(i => $"{poster} {i}"));
        }
    }

    private static MqttPublication Message(string text) => new("topic", System.Text.Encoding.UTF8.GetBytes(text));

    private static string Text(MqttPublication publication) =>
        $"{publication.Topic}={System.Text.Encoding.UTF8.GetString(publication.Payload.Span)}";

    private static List<string> Drain(Outbox outbox) =>
        [.. DrainPublications(outbox).Select(publication => System.Text.Encoding.UTF8.GetString(publication.Payload.Span))];

    private static List<MqttPublication> DrainPublications(Outbox outbox)
    {
        List<MqttPublication> taken = [];
        while (outbox.TryTake(out var message))
        {
            taken.Add(message.Publication);
            outbox.Complete(message, acknowledged: true);
        }

        return taken;
    }
}
