using System.Text;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Mqtt.MqttNet;
using SshMqttBridge.Tests.Integration.Contracts;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration;

/// <summary>The worker on the real adapter and a real broker, under faults.</summary>
[Collection(MqttAlone.Name)]
[Trait("Process", "own")]
#pragma warning disable CA1001 // xunit calls DisposeAsync of IAsyncLifetime.
public sealed class MqttWorkerTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Outbox _outbox = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly MqttLogCollector<MqttWorker> _log = new();
    private readonly List<MqttDelivery> _delivered = [];
    private readonly TaskCompletionSource _allDelivered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _awaitedDeliveries = int.MaxValue;
    private Task _running = Task.CompletedTask;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task RunAsync_GivenARestartOfTheBroker_ShouldPublishQueuedAndRetainedMessages()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var gate = new FaultProxy(broker.Port);
        Start(gate.Port);
        _outbox.Post(Retained("ssh/nas/exec", "0"));
        await _outbox.IdleAsync().WaitAsync(Patience);

        gate.Fault = new LinkFault.Refuse();
        await broker.StopAsync();
        _outbox.Post(new("ssh/nas/result", "1"u8.ToArray()));
        _outbox.Post(new("ssh/nas/result", "2"u8.ToArray()));
        await broker.StartAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("#");
        gate.Fault = new LinkFault.None();

        await probe.WaitForAsync(message => message.Text == "2");
        probe
            .Messages.Select(message => $"{message.Topic}={message.Text}")
            .ShouldBe(["ssh/bridge/state=online", "ssh/nas/exec=0", "ssh/nas/result=1", "ssh/nas/result=2"]);
        await _log.WaitForAsync("Reconnected");
    }

    [Fact]
    public async Task RunAsync_GivenABrokerKilledWithThousandsOfRetainedTopics_ShouldRepublishAllOfThem()
    {
        const int topics = 5_000;
        await using var broker = await MosquittoBroker.StartNewAsync();
        Start(broker.Port);
        for (var i = 0; i < topics; i++)
        {
            _outbox.Post(Retained($"ssh/{i}/exec", $"{i}"));
        }

        await _outbox.IdleAsync().WaitAsync(Patience);

        await broker.KillAsync();
        await broker.StartAsync();

        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("ssh/+/exec");
        var messages = await probe.WaitForAsync(topics, message => message.Retain);
        messages.Select(message => $"{message.Topic}={message.Text}").Distinct().Count().ShouldBe(topics);
    }

    [Fact]
    public async Task RunAsync_GivenABrokerKilledInTheMiddleOfABurst_ShouldLoseNothing()
    {
        const int count = 5_000;
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var gate = new FaultProxy(broker.Port);
        Start(gate.Port);
        await using var before = await MqttProbe.ConnectAsync(broker);
        await before.SubscribeAsync("n");
        for (var i = 0; i < count; i++)
        {
            _outbox.Post(new("n", Utf8($"{i}")));
        }

        await before.WaitForAsync(100, _ => true);
        await broker.KillAsync();
        gate.Fault = new LinkFault.Refuse();
        await before.Closed;
        await broker.StartAsync();
        await using var after = await MqttProbe.ConnectAsync(broker);
        await after.SubscribeAsync("n");
        _outbox.Post(new("n", Utf8($"{count}")));
        gate.Fault = new LinkFault.None();
        await after.WaitForAsync(message => message.Text == $"{count}");

        // The broker may lose messages that it acknowledged but had not delivered; the bridge resends unacknowledged
        // ones.
        var numbers = after.Messages.Select(message => int.Parse(message.Text)).ToArray();
        numbers.ShouldBe(Enumerable.Range(numbers[0], count - numbers[0] + 1));
        await _outbox.IdleAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task RunAsync_GivenAHalfOpenLink_ShouldShowOfflineMeanwhileAndReconnect()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var gate = new FaultProxy(broker.Port);
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("ssh/bridge/state");
        Start(gate.Port, keepAlive: TimeSpan.FromSeconds(5));
        await probe.WaitForAsync(message => message.Text == "online");

        gate.Fault = new LinkFault.Stall();
        await probe.WaitForAsync(message => message.Text == "offline");
        await _log.WaitForAsync("keep-alive");
        gate.Fault = new LinkFault.None();

        await probe.WaitForAsync(2, message => message.Text == "online");
    }

    [Fact]
    public async Task RunAsync_GivenNoBrokerAtStart_ShouldLogItOnceAndConnectLater()
    {
        await using var broker = await MosquittoBroker.CreateAsync();
        Start(broker.Port);
        _outbox.Post(new("a", "1"u8.ToArray()));
        await _log.WaitForAsync("Not connected");

        await broker.StartAsync();
        await _outbox.IdleAsync().WaitAsync(Patience);

        _log.Entries.Count(entry => entry.Level == LogLevel.Warning).ShouldBe(1);
        _log.Entries.Count(entry => entry.Text.StartsWith("Connected", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_GivenARefusedLogin_ShouldLogTheCauseAndNotRetryAtOnce()
    {
        await using var broker = new ScriptedBroker { ConnectReason = 134 };
        Start(broker.Port, password: "canary-password");

        var line = await _log.WaitForAsync("Not connected");
        await StopAsync();

        line.ShouldContain("wrong user name or password");
        broker.ConnectCount.ShouldBe(1);
        _log.Entries.ShouldAllBe(entry => !entry.Text.Contains("canary-password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_GivenARefusedSubscription_ShouldNameItAndNotRetryAtOnce()
    {
        await using var broker = new ScriptedBroker { SubscribeReason = 135 };
        Start(broker.Port);

        var line = await _log.WaitForAsync("Not connected");
        await StopAsync();

        line.ShouldContain("ssh/+/exec/set");
        broker.ConnectCount.ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_GivenATakeover_ShouldLogTheCauseAndWait()
    {
        await using var broker = new ScriptedBroker();
        Start(broker.Port);
        await _log.WaitForAsync("Connected");

        await broker.DisconnectAsync(142);

        (await _log.WaitForAsync("another client uses the client id")).ShouldContain("'worker'");
        await StopAsync();
        broker.ConnectCount.ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_GivenAClientWithTheSameId_ShouldLeaveTheLastWillAndReconnect()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("ssh/bridge/state");
        Start(broker.Port);
        await probe.WaitForAsync(message => message.Text == "online");

        await using var thief = await MqttProbe.ConnectAsync(broker, new() { ClientId = "worker" });

        var states = await probe.WaitForAsync(3, _ => true);
        states.Select(message => message.Text).ShouldBe(["online", "offline", "online"]);
        states.ShouldAllBe(message => message.Retain);
    }

    [Fact]
    public async Task RunAsync_GivenAForbiddenTopic_ShouldReportItOnTheErrorTopic()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(
            new() { Acl = "topic readwrite ssh/#\ntopic readwrite reply/#\n" }
        );
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("ssh/bridge/error");
        Start(broker.Port);
        var settled = new TaskCompletionSource();

        _outbox.Post(new("closed/a", "x"u8.ToArray()), settled.SetResult);

        var error = await probe.WaitForAsync(_ => true);
        error.Text.ShouldBe("""{"reason":"publishRefused","message":"closed/a: not authorised","topic":"closed/a"}""");
        error.Retain.ShouldBeFalse();
        await settled.Task.WaitAsync(Patience);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_GivenAResultThatIsTooLarge_ShouldPublishItTruncatedOrReportIt(bool announced)
    {
        const int limit = 10_000;
        await using var broker = await MosquittoBroker.StartNewAsync(
            announced ? new() { MaximumPacketBytes = limit } : new() { MaximumPayloadBytes = limit }
        );
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("#");
        Start(broker.Port);

        _outbox.Post(new("a", new byte[50_000]), shrink: most => new byte[most]);
        _outbox.Post(new("b", new byte[50_000]));

        (await probe.WaitForAsync(message => message.Topic == "a")).Payload.Length.ShouldBeInRange(limit / 2, limit);
        (await probe.WaitForAsync(message => message.Topic == "ssh/bridge/error")).Text.ShouldContain("\"tooLarge\"");
        _log.Entries.ShouldNotContain(entry => entry.Text.Contains("Not connected", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_GivenABrokerThatDisconnectsOnLargePackets_ShouldDropTheMessageAndKeepTheRest()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { MaximumPacketBytes = 10_000 });
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("#");
        Start(broker.Port, version: MqttProtocolVersion.V311);

        _outbox.Post(new("large", new byte[50_000]));
        _outbox.Post(new("small", "x"u8.ToArray()));

        (await probe.WaitForAsync(message => message.Topic == "ssh/bridge/error")).Text.ShouldContain("\"large\"");
        (await probe.WaitForAsync(message => message.Topic == "small")).Text.ShouldBe("x");
    }

    [Fact]
    public async Task RunAsync_GivenABurstOfCommands_ShouldDispatchEachInOrder()
    {
        const int count = 20_000;
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("ssh/bridge/state");
        _awaitedDeliveries = count;
        Start(broker.Port);
        await probe.WaitForAsync(message => message.Text == "online");

        await Task.WhenAll(Enumerable.Range(0, count).Select(i => probe.PublishAsync("ssh/nas/exec/set", $"{i}")));
        await _allDelivered.Task.WaitAsync(Patience);

        lock (_delivered)
        {
            _delivered
                .Select(delivery => Encoding.UTF8.GetString(delivery.Payload.Span))
                .ShouldBe(Enumerable.Range(0, count).Select(i => $"{i}"));
        }
    }

    [Fact]
    public async Task RunAsync_GivenABurstOfResults_ShouldPublishEachInOrder()
    {
        const int count = 20_000;
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("n");
        Start(broker.Port);

        for (var i = 0; i < count; i++)
        {
            _outbox.TryPost(new("n", Utf8($"{i}"))).ShouldBeTrue();
        }

        var messages = await probe.WaitForAsync(count, _ => true);
        messages.Select(message => message.Text).ShouldBe(Enumerable.Range(0, count).Select(i => $"{i}"));
    }

    [Fact]
    public async Task RunAsync_GivenAShutdown_ShouldFlushTheOutboxAndPublishOffline()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("#");
        Start(broker.Port);
        await probe.WaitForAsync(message => message.Text == "online");
        for (var i = 0; i < 500; i++)
        {
            _outbox.Post(new("n", Utf8($"{i}")));
        }

        await StopAsync();

        await probe.WaitForAsync(message => message.Text == "offline");
        probe.Messages[^2].Text.ShouldBe("499");
        probe
            .Messages[^1]
            .ShouldSatisfyAllConditions(
                message => message.Topic.ShouldBe("ssh/bridge/state"),
                message => message.Retain.ShouldBeTrue()
            );
    }

    private void Start(
        int port,
        MqttProtocolVersion version = MqttProtocolVersion.V5,
        string? password = null,
        TimeSpan? keepAlive = null
    )
    {
        var worker = new MqttWorker(
            new MqttNetTransport(),
            new MqttOptions
            {
                Brokers = [new("127.0.0.1", port)],
                ClientId = "worker",
                ProtocolVersion = version,
                KeepAlive = keepAlive ?? TimeSpan.FromSeconds(15),
                Username = password is null ? null : "bridge",
                Password = password is null ? null : new Secret(password),
            },
            new MqttWorkerSetup
            {
                StateTopic = "ssh/bridge/state",
                ErrorTopic = "ssh/bridge/error",
                Filters = ["ssh/+/exec/set", "ssh/+/exec/+/set"],
                Deliver = Deliver,
                MaximumPayloadBytes = 1 << 20,
            },
            _outbox,
            TimeProvider.System,
            _log
        );
        _running = worker.RunAsync(_stop.Token);
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
    }

    private void Deliver(MqttDelivery delivery)
    {
        lock (_delivered)
        {
            _delivered.Add(delivery);
            if (_delivered.Count == _awaitedDeliveries)
            {
                _allDelivered.SetResult();
            }
        }
    }

    private static MqttPublication Retained(string topic, string text) => new(topic, Utf8(text), Retain: true);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
