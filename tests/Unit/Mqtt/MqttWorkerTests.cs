using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Mqtt;

public sealed class MqttWorkerTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeMqttTransport _broker = new();
    private readonly WatchedTimeProvider _time = new();
    private readonly Outbox _outbox = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<MqttDelivery> _delivered = [];
    private readonly MqttWorker _worker;
    private Task _running = Task.CompletedTask;

    public MqttWorkerTests() =>
        _worker = new MqttWorker(
            _broker,
            new MqttOptions(),
            new MqttWorkerSetup
            {
                StateTopic = "ssh/bridge/state",
                ErrorTopic = "ssh/bridge/error",
                Filters = ["ssh/+/exec/set", "ssh/+/get/set"],
                OptionalFilters = ["optional"],
                Deliver = _delivered.Add,
                MaximumPayloadBytes = 1_000,
            },
            _outbox,
            _time,
            NullLogger<MqttWorker>.Instance
        );

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        _stop.Dispose();
    }

    [Fact]
    public async Task RunAsync_GivenABroker_ShouldSubscribeThenPublishOnlineThenFlush()
    {
        _outbox.Post(new MqttPublication("a", "1"u8.ToArray()));

        var connection = await StartAsync();

        (await NextAsync(connection)).ShouldBe("ssh/bridge/state=online retained");
        (await NextAsync(connection)).ShouldBe("a=1");
        connection.Filters.ShouldBe(["ssh/+/exec/set", "ssh/+/get/set", "optional"]);
        _worker.IsConnected.ShouldBeTrue();
        Text(_broker.LastRequest!.Will!).ShouldBe("ssh/bridge/state=offline retained");
    }

    [Fact]
    public async Task RunAsync_GivenAShutdown_ShouldFlushThenPublishOfflineThenDisconnect()
    {
        var connection = await StartAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _broker.OnPublish = publication => publication.Topic == "a" ? release.Task : Task.CompletedTask;
        _outbox.Post(new MqttPublication("a", "1"u8.ToArray()));
        (await NextAsync(connection)).ShouldBe("ssh/bridge/state=online retained");
        (await NextAsync(connection)).ShouldBe("a=1");

        await _stop.CancelAsync();
        connection.IsDisposed.ShouldBeFalse();
        connection.TryNextPublication(out _).ShouldBeFalse();
        release.SetResult();

        (await NextAsync(connection)).ShouldBe("ssh/bridge/state=offline retained");
        await _running.WaitAsync(Patience);
        connection.IsDisposed.ShouldBeTrue();
        _worker.IsConnected.ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_GivenABrokerThatAnswersNothing_ShouldStopSoon()
    {
        _broker.OnPublish = _ => new TaskCompletionSource().Task;
        var connection = await StartAsync();
        _outbox.Post(new MqttPublication("a", "1"u8.ToArray()));
        await NextAsync(connection);
        await NextAsync(connection);

        await _stop.CancelAsync();
        await _time.PassUntilAsync(_running);

        _time.GetUtcNow().ShouldBe(_time.Start.AddSeconds(1.5));
    }

    [Fact]
    public async Task RunAsync_GivenTheBrokerDown_ShouldStopAtOnce()
    {
        _broker.ConnectFaults.Enqueue(new MqttConnectionException(MqttFault.Unreachable, "nobody"));
        _running = _worker.RunAsync(_stop.Token);
        await _time.WaitForTimerAsync();

        await _stop.CancelAsync();

        await _running.WaitAsync(Patience);
    }

    [Fact]
    public async Task RunAsync_GivenALostConnection_ShouldSendUnacknowledgedMessagesFirst()
    {
        _broker.OnPublish = publication => publication.Topic == "state" ? Task.CompletedTask : new TaskCompletionSource().Task;
        var first = await StartAsync();
        _outbox.Post(new MqttPublication("a", "1"u8.ToArray()));
        _outbox.Post(new MqttPublication("b", "2"u8.ToArray()));
        await NextAsync(first);
        await NextAsync(first);
        await NextAsync(first);

        first.Lose();
        await RetryAsync();
        var second = await _broker.NextConnectionAsync();

        (await NextAsync(second)).ShouldBe("ssh/bridge/state=online retained");
        (await NextAsync(second)).ShouldBe("a=1");
        (await NextAsync(second)).ShouldBe("b=2");
    }

    [Theory]
    [InlineData(nameof(MqttFault.Unreachable), 1, 1.25)]
    [InlineData(nameof(MqttFault.LoginRefused), 30, 37.5)]
    public async Task RunAsync_GivenARefusedConnect_ShouldWaitAsLongAsItsReasonRequires(string fault, double least, double most)
    {
        _broker.ConnectFaults.Enqueue(new MqttConnectionException(Enum.Parse<MqttFault>(fault), "no"));
        _running = _worker.RunAsync(_stop.Token);
        await _time.WaitForTimerAsync();

        _time.NextTimer!.Value.TotalSeconds.ShouldBeInRange(least, most);

        await RetryAsync();
        await _broker.NextConnectionAsync();
        _broker.ConnectCount.ShouldBe(2);
    }

    /// <summary>A node of a cluster refuses without a reason while the cluster elects a leader; an access list refuses for long.</summary>
    [Theory]
    [InlineData(128, 1, 1.25)]
    [InlineData(151, 1, 1.25)]
    [InlineData(135, 30, 37.5)]
    public async Task RunAsync_GivenARefusedSubscription_ShouldDisconnectAndWaitAsLongAsItsReasonRequires(
        int reason,
        double least,
        double most
    )
    {
        _broker.OnSubscribe = _ => throw new MqttRefusedException(reason, "refused");
        var connection = await StartAsync();
        await _time.WaitForTimerAsync();

        _time.NextTimer!.Value.TotalSeconds.ShouldBeInRange(least, most);
        connection.IsDisposed.ShouldBeTrue();
        _worker.IsConnected.ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_GivenARefusedSubscriptionThatIsOptional_ShouldContinueWithoutIt()
    {
        _broker.OnSubscribe = filter =>
        {
            if (filter == "optional")
            {
                throw new MqttRefusedException(135, "not authorised");
            }
        };

        var connection = await StartAsync();

        (await NextAsync(connection)).ShouldBe("ssh/bridge/state=online retained");
        connection.Filters.ShouldBe(["ssh/+/exec/set", "ssh/+/get/set"]);
        _worker.IsConnected.ShouldBeTrue();
    }

    [Fact]
    public async Task RunAsync_GivenARefusedPublish_ShouldReportItOnceAndContinue()
    {
        _broker.OnPublish = publication =>
            publication.Topic == "closed"
                ? Task.FromException(new MqttRefusedException(135, "closed: not authorised"))
                : Task.CompletedTask;
        var connection = await StartAsync();
        await NextAsync(connection);
        var settled = new TaskCompletionSource();

        _outbox.Post(new MqttPublication("closed", "1"u8.ToArray()), settled.SetResult);

        (await NextAsync(connection)).ShouldBe("closed=1");
        (await NextAsync(connection)).ShouldBe(
            """ssh/bridge/error={"reason":"publishRefused","message":"closed: not authorised","topic":"closed"}"""
        );
        await settled.Task.WaitAsync(Patience);
        await _outbox.IdleAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task RunAsync_GivenARefusedReport_ShouldNotReportThat()
    {
        _broker.OnPublish = publication =>
            publication.Retain ? Task.CompletedTask : Task.FromException(new MqttRefusedException(135, publication.Topic));
        var connection = await StartAsync();
        await NextAsync(connection);

        _outbox.Post(new MqttPublication("closed", "1"u8.ToArray()));
        await NextAsync(connection);
        (await NextAsync(connection)).ShouldStartWith("ssh/bridge/error=");

        await _outbox.IdleAsync().WaitAsync(Patience);
        connection.TryNextPublication(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_GivenAMessageTooLargeForTheBroker_ShouldShrinkIt()
    {
        _broker.MaximumPacketBytes = 100;
        var connection = await StartAsync();
        await NextAsync(connection);

        _outbox.Post(new MqttPublication("a", new byte[500]), shrink: most => new byte[most]);

        var sent = await connection.NextPublicationAsync();
        MqttPacketSize.Of(sent, MqttProtocolVersion.V5).ShouldBeInRange(90, 100);
    }

    [Fact]
    public async Task RunAsync_GivenAnUnannouncedLimit_ShouldShrinkByHalves()
    {
        _broker.OnPublish = publication =>
            publication.Payload.Length > 100
                ? Task.FromException(new MqttRefusedException(149, "too large"))
                : Task.CompletedTask;
        var connection = await StartAsync();
        await NextAsync(connection);

        _outbox.Post(new MqttPublication("a", new byte[400]), shrink: most => new byte[most]);
        _outbox.Post(new MqttPublication("b", new byte[400]));

        List<(string, int)> sent = [];
        while (!sent.Contains(("a", 100)) || !sent.Exists(message => message.Item1 == "ssh/bridge/error"))
        {
            var publication = await connection.NextPublicationAsync();
            sent.Add((publication.Topic, publication.Payload.Length));
        }

        sent.Where(message => message.Item1 == "a").ShouldBe([("a", 400), ("a", 200), ("a", 100)]);
        sent.Count(message => message.Item1 == "b").ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_GivenAPoisonMessage_ShouldDropItInTheEnd()
    {
        _broker.OnPublish = publication =>
        {
            if (publication.Topic != "poison")
            {
                return Task.CompletedTask;
            }

            _broker.LastConnection!.Lose();
            return new TaskCompletionSource().Task;
        };
        var connection = await StartAsync();
        await NextAsync(connection);
        _outbox.Post(new MqttPublication("poison", "x"u8.ToArray()));
        _outbox.Post(new MqttPublication("good", "y"u8.ToArray()));

        for (var i = 0; i < 4; i++)
        {
            await RetryAsync();
            connection = await _broker.NextConnectionAsync();
            await NextAsync(connection);
        }

        (await NextAsync(connection)).ShouldBe("good=y");
        (await NextAsync(connection)).ShouldContain("closed the connection each time");
    }

    [Fact]
    public async Task RunAsync_GivenADelivery_ShouldDispatchItAndSurviveItsExceptions()
    {
        var seen = new TaskCompletionSource();
        var worker = new MqttWorker(
            _broker,
            new MqttOptions(),
            new MqttWorkerSetup
            {
                StateTopic = "s",
                ErrorTopic = "e",
                Filters = [],
                Deliver = delivery =>
                {
                    if (delivery.Topic == "bad")
                    {
                        throw new InvalidOperationException("a bug");
                    }

                    seen.SetResult();
                },
                MaximumPayloadBytes = 1,
            },
            _outbox,
            _time,
            NullLogger<MqttWorker>.Instance
        );
        _running = worker.RunAsync(_stop.Token);
        var connection = await _broker.NextConnectionAsync();

        connection.Receive(new MqttDelivery("bad", default));
        connection.Receive(new MqttDelivery("good", default));

        await seen.Task.WaitAsync(Patience);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_GivenABrokerWithoutRetainedMessages_ShouldPublishWithoutTheFlag(bool refusesTheWill)
    {
        _broker.RetainAvailable = false;
        if (refusesTheWill)
        {
            _broker.ConnectFaults.Enqueue(
                new MqttConnectionException(MqttFault.LoginRefused, "no retain", MqttReason.RetainNotSupported)
            );
        }

        _outbox.Post(new MqttPublication("a", "1"u8.ToArray(), Retain: true));

        var connection = await StartAsync();

        (await NextAsync(connection)).ShouldBe("ssh/bridge/state=online");
        (await NextAsync(connection)).ShouldBe("a=1");
        _broker.LastRequest!.Will!.Retain.ShouldBe(!refusesTheWill);
    }

    [Fact]
    public async Task RunAsync_GivenABrokerWithoutRetainedMessages_ShouldNotRepeatResultsAfterAReconnect()
    {
        _broker.RetainAvailable = false;
        var connection = await StartAsync();
        _outbox.Post(new MqttPublication("a", "1"u8.ToArray(), Retain: true));
        await NextAsync(connection);
        await NextAsync(connection);
        await _outbox.IdleAsync().WaitAsync(Patience);

        connection.Lose();
        await RetryAsync();
        connection = await _broker.NextConnectionAsync();
        _outbox.Post(new MqttPublication("b", "2"u8.ToArray()));

        (await NextAsync(connection)).ShouldBe("ssh/bridge/state=online");
        (await NextAsync(connection)).ShouldBe("b=2");
    }

    [Fact]
    public async Task RunAsync_GivenRetainOff_ShouldConnectAndPublishWithoutTheFlag()
    {
        var worker = new MqttWorker(
            _broker,
            new MqttOptions { Retain = false },
            new MqttWorkerSetup
            {
                StateTopic = "s",
                ErrorTopic = "e",
                Filters = [],
                Deliver = _ => { },
                MaximumPayloadBytes = 1,
            },
            _outbox,
            _time,
            NullLogger<MqttWorker>.Instance
        );
        _running = worker.RunAsync(_stop.Token);

        (await NextAsync(await _broker.NextConnectionAsync())).ShouldBe("s=online");
        _broker.LastRequest!.Will!.Retain.ShouldBeFalse();
    }

    [Fact]
    public async Task ConnectionChanged_GivenALossAndAReconnect_ShouldReportBoth()
    {
        List<bool> changes = [];
        _worker.ConnectionChanged = changes.Add;
        var connection = await StartAsync();
        await NextAsync(connection);

        connection.Lose();
        await RetryAsync();
        await NextAsync(await _broker.NextConnectionAsync());

        changes.ShouldBe([true, false, true]);
    }

    [Fact]
    public async Task RunAsync_GivenConnectionsThatEndSoon_ShouldReportATakeoverAndWait()
    {
        var connection = await StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await NextAsync(connection);
            // A message that is not acknowledged would be suspected instead.
            await _outbox.IdleAsync().WaitAsync(Patience);
            connection.Lose();
            await _time.WaitForTimerAsync(_ => !_worker.IsConnected);
            var wait = _time.NextTimer!.Value;
            wait.TotalSeconds.ShouldBeInRange(i < 2 ? 0.5 : 60, i < 2 ? 2.5 : 75);
            _time.Advance(wait);
            connection = await _broker.NextConnectionAsync();
        }

        await NextAsync(connection);
        (await NextAsync(connection)).ShouldContain("\"takenOver\"");
    }

    /// <summary>RabbitMQ closes connections while the node that had the client's queue is down.</summary>
    [Fact]
    public async Task RunAsync_GivenConnectionsToAnotherNodeThatEndSoon_ShouldNotSuspectATakeover()
    {
        var connection = await StartAsync();
        await NextAsync(connection);
        await _outbox.IdleAsync().WaitAsync(Patience);
        _time.Advance(MqttBackoff.Stable);
        _broker.Broker = new("another", 1883);
        double[] longest = [1, 2.5, 5, 10, 20];

        foreach (var seconds in longest)
        {
            connection.Lose();
            await _time.WaitForTimerAsync(_ => !_worker.IsConnected);
            var wait = _time.NextTimer!.Value;
            wait.TotalSeconds.ShouldBeInRange(seconds / 2.5, seconds);
            _time.Advance(wait);
            connection = await _broker.NextConnectionAsync();
            (await NextAsync(connection)).ShouldBe("ssh/bridge/state=online retained");
            await _outbox.IdleAsync().WaitAsync(Patience);
        }
    }

    private async Task<FakeMqttConnection> StartAsync()
    {
        _running = _worker.RunAsync(_stop.Token);
        return await _broker.NextConnectionAsync();
    }

    /// <summary>Lets the wait before the next connect elapse.</summary>
    private async Task RetryAsync()
    {
        // The connect's own deadline is a timer too, but not while there is no connection.
        await _time.WaitForTimerAsync(_ => !_worker.IsConnected);
        _time.Advance(_time.NextTimer!.Value);
    }

    private static async Task<string> NextAsync(FakeMqttConnection connection) => Text(await connection.NextPublicationAsync());

    private static string Text(MqttPublication publication) =>
        $"{publication.Topic}={Encoding.UTF8.GetString(publication.Payload.Span)}{(publication.Retain ? " retained" : "")}";
}
