using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Tests.Integration.Contracts;

/// <summary>
/// What every adapter of the MQTT port does, against a real mosquitto. A subclass names the adapter and the protocol version.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit calls DisposeAsync of IAsyncLifetime.")]
public abstract partial class MqttTransportContract(int version) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _limit = new(Patience);

    private protected abstract IMqttTransport Transport { get; }

    private protected bool IsV5 => version == 5;

    private protected CancellationToken Limit => _limit.Token;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        _limit.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task PublishAsync_GivenASubscriber_ShouldReachIt()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("#");
        await using var connection = await ConnectAsync(broker);

        await connection.PublishAsync(new MqttPublication("a/retained", Utf8("grüß dich"), Retain: true), Limit);
        await connection.PublishAsync(new MqttPublication("a/empty", default), Limit);

        var retained = await probe.WaitForAsync(message => message.Topic == "a/retained");
        retained.Text.ShouldBe("grüß dich");
        retained.Qos.ShouldBe(1);
        (await probe.WaitForAsync(message => message.Topic == "a/empty")).Payload.ShouldBeEmpty();
        await using var late = await MqttProbe.ConnectAsync(broker);
        await late.SubscribeAsync("#");
        (await late.WaitForAsync(message => message.Topic == "a/retained")).Retain.ShouldBeTrue();
    }

    [Fact]
    public async Task PublishAsync_GivenManyUnderWay_ShouldKeepTheirOrder()
    {
        const int count = 5_000;
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("n");
        await using var connection = await ConnectAsync(broker);

        var tasks = Enumerable.Range(0, count).Select(i => connection.PublishAsync(new("n", Utf8($"{i}")), Limit)).ToArray();

        await Task.WhenAll(tasks);
        var messages = await probe.WaitForAsync(count, _ => true);
        messages.Select(message => message.Text).ShouldBe(Enumerable.Range(0, count).Select(i => $"{i}"));
    }

    [Fact]
    public async Task PublishAsync_GivenCorrelationData_ShouldSendItOnMqtt5Only()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("#");
        await using var connection = await ConnectAsync(broker);

        await connection.PublishAsync(new("a", Utf8("x")) { CorrelationData = new byte[] { 0, 1, 255 } }, Limit);

        var message = await probe.WaitForAsync(_ => true);
        message.CorrelationData.ShouldBe(IsV5 ? [0, 1, 255] : null);
    }

    [Fact]
    public async Task PublishAsync_GivenAResponseTopicAndAnExpiry_ShouldSendThemOnMqtt5Only()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("#");
        await using var connection = await ConnectAsync(broker);
        MqttPublication publication = new("a", Utf8("x")) { ResponseTopic = "b/ä", Expiry = TimeSpan.FromSeconds(99.5) };

        await connection.PublishAsync(publication, Limit);

        var message = await probe.WaitForAsync(message => message.Topic == "a");
        message.ResponseTopic.ShouldBe(IsV5 ? "b/ä" : null);
        // The broker subtracts the time since it received the message.
        (message.ExpirySeconds is > 0 and <= 100).ShouldBe(IsV5);
    }

    [Fact]
    public async Task PublishAsync_GivenATopicThatIsForbidden_ShouldBeRefusedOnMqtt5()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Acl = "topic readwrite open/#\n" });
        await using var connection = await ConnectAsync(broker);

        var refused = connection.PublishAsync(new("closed/a", Utf8("x")), Limit);

        if (IsV5)
        {
            (await refused.ShouldThrowAsync<MqttRefusedException>()).ReasonCode.ShouldBe(135);
        }
        else
        {
            // MQTT 3.1.1 cannot signal it.
            await refused;
        }

        await connection.PublishAsync(new("open/a", Utf8("x")), Limit);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/#")]
    [InlineData("a/+")]
    [InlineData("a\0b")]
    public async Task PublishAsync_GivenAnImpossibleTopic_ShouldBeRefused(string topic)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var connection = await ConnectAsync(broker);

        var refused = connection.PublishAsync(new(topic, Utf8("x")), Limit);

        (await refused.ShouldThrowAsync<MqttRefusedException>()).ReasonCode.ShouldBe(144);
        await connection.PublishAsync(new("a", Utf8("x")), Limit);
    }

    [Fact]
    public async Task PublishAsync_GivenAPacketLargerThanTheBrokerAccepts_ShouldBeRefusedWithoutSendingIt()
    {
        const int limit = 2_000;
        await using var broker = await MosquittoBroker.StartNewAsync(new() { MaximumPacketBytes = limit });
        await using var connection = await ConnectAsync(broker);
        if (!IsV5)
        {
            connection.MaximumPacketBytes.ShouldBeNull();
            return;
        }

        connection.MaximumPacketBytes.ShouldBe(limit);
        // 1 + 2 fixed header, 2 + 1 topic, 2 packet id, 1 no properties.
        const int fits = limit - 9;
        await connection.PublishAsync(new("a", new byte[fits]), Limit);
        var tooLarge = connection.PublishAsync(new("a", new byte[fits + 1]), Limit);

        (await tooLarge.ShouldThrowAsync<MqttRefusedException>()).ReasonCode.ShouldBe(149);
        await connection.PublishAsync(new("a", Utf8("x")), Limit);
    }

    [Fact]
    public async Task PublishAsync_GivenAPayloadAboveTheBrokersLimit_ShouldBeRefusedOnMqtt5()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { MaximumPayloadBytes = 100 });
        await using var connection = await ConnectAsync(broker);

        var tooLarge = connection.PublishAsync(new("a", new byte[101]), Limit);

        if (IsV5)
        {
            (await tooLarge.ShouldThrowAsync<MqttRefusedException>()).ReasonCode.ShouldBe(149);
        }
        else
        {
            await tooLarge;
        }
    }

    [Fact]
    public async Task Deliveries_GivenAMessage_ShouldDeliverAllOfItsProperties()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await using var connection = await ConnectAsync(broker);
        await connection.SubscribeAsync("a/+", Limit);

        await probe.PublishAsync("a/b", "grüß dich", qos: 2, responseTopic: "r/1", correlationData: [0, 9], expirySeconds: 60);
        var message = await connection.Deliveries.ReadAsync(Limit);

        message.Topic.ShouldBe("a/b");
        Encoding.UTF8.GetString(message.Payload.Span).ShouldBe("grüß dich");
        message.Retain.ShouldBeFalse();
        message.ResponseTopic.ShouldBe(IsV5 ? "r/1" : null);
        message.CorrelationData?.ToArray().ShouldBe([0, 9]);
        message.CorrelationData.HasValue.ShouldBe(IsV5);
        message.Expiry.HasValue.ShouldBe(IsV5);
        (message.Expiry ?? TimeSpan.FromSeconds(60)).ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Deliveries_GivenEachQos_ShouldDeliverTheMessageOnce(int qos)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await using var connection = await ConnectAsync(broker);
        await connection.SubscribeAsync("a", Limit);

        await probe.PublishAsync("a", "1", qos);
        await probe.PublishAsync("a", "2", qos);

        (await connection.Deliveries.ReadAsync(Limit)).Payload.ToArray().ShouldBe(Utf8("1"));
        (await connection.Deliveries.ReadAsync(Limit)).Payload.ToArray().ShouldBe(Utf8("2"));
        connection.Deliveries.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Deliveries_GivenRetainedMessages_ShouldDistinguishThemFromNewOnes()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.PublishAsync("a/stored", "old", retain: true);
        await using var connection = await ConnectAsync(broker);

        await connection.SubscribeAsync("a/#", Limit);
        await probe.PublishAsync("a/fresh", "new");
        var first = await connection.Deliveries.ReadAsync(Limit);

        if (IsV5)
        {
            // Stored ones are not sent at all, and the flag is kept as published.
            first.Topic.ShouldBe("a/fresh");
            await probe.PublishAsync("a/flagged", "new", retain: true);
            (await connection.Deliveries.ReadAsync(Limit)).Retain.ShouldBeTrue();
        }
        else
        {
            first.ShouldSatisfyAllConditions(() => first.Topic.ShouldBe("a/stored"), () => first.Retain.ShouldBeTrue());
            (await connection.Deliveries.ReadAsync(Limit)).Retain.ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Deliveries_GivenAPayloadAboveTheLimit_ShouldReportItsSizeOnly()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await using var connection = await ConnectAsync(broker, maximumPayloadBytes: 1_000);
        await connection.SubscribeAsync("a", Limit);

        await probe.PublishAsync("a", new byte[1_000]);
        await probe.PublishAsync("a", new byte[20_000_000]);

        (await connection.Deliveries.ReadAsync(Limit)).IsTooLarge.ShouldBeFalse();
        var large = await connection.Deliveries.ReadAsync(Limit);
        large.IsTooLarge.ShouldBeTrue();
        large.PayloadBytes.ShouldBe(20_000_000);
        large.Payload.Length.ShouldBe(0);
    }

    [Fact]
    public async Task Deliveries_GivenNobodyWhoReads_ShouldStayBoundedAndLoseNothing()
    {
        const int count = 6_000;
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await using var connection = await ConnectAsync(broker);
        await connection.SubscribeAsync("n", Limit);

        await Task.WhenAll(Enumerable.Range(0, count).Select(i => probe.PublishAsync("n", $"{i}")));
        await Eventually(() => connection.Deliveries.Count >= 1_024);

        connection.Deliveries.Count.ShouldBeLessThan(2_048);
        for (var i = 0; i < count; i++)
        {
            (await connection.Deliveries.ReadAsync(Limit)).Payload.ToArray().ShouldBe(Utf8($"{i}"));
        }

        await connection.PublishAsync(new("a", Utf8("x")), Limit);
    }

    [Fact]
    public async Task SubscribeAsync_GivenARefusal_ShouldThrow()
    {
        await using var broker = new ScriptedBroker { Version = version, SubscribeReason = IsV5 ? 135 : 128 };
        await using var connection = await ConnectAsync(broker.Port);

        var refused = connection.SubscribeAsync("a", Limit);

        (await refused.ShouldThrowAsync<MqttRefusedException>()).ReasonCode.ShouldBe(IsV5 ? 135 : 128);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/#/b")]
    public async Task SubscribeAsync_GivenAnImpossibleFilter_ShouldThrow(string filter)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var connection = await ConnectAsync(broker);

        var refused = connection.SubscribeAsync(filter, Limit);

        (await refused.ShouldThrowAsync<MqttRefusedException>()).ReasonCode.ShouldBe(143);
    }

    [Fact]
    public async Task ConnectAsync_GivenNobodyListens_ShouldReportUnreachable()
    {
        var broker = await MosquittoBroker.CreateAsync();
        await using var _ = broker;

        var failed = ConnectAsync(broker);

        (await failed.ShouldThrowAsync<MqttConnectionException>()).Fault.ShouldBe(MqttFault.Unreachable);
    }

    [Fact]
    public async Task ConnectAsync_GivenANameThatDoesNotExist_ShouldReportIt()
    {
        var failed = Transport.ConnectAsync(Request(1883, host: "no-such-host.invalid"), Limit);

        var exception = await failed.ShouldThrowAsync<MqttConnectionException>();
        exception.Fault.ShouldBe(MqttFault.Unreachable);
        exception.Message.ShouldContain("no-such-host.invalid");
    }

    [Fact]
    public async Task ConnectAsync_GivenAPeerThatSendsNothing_ShouldEndWhenCancelled()
    {
        await using var broker = new ScriptedBroker { ConnectReason = null };
        using var cancel = new CancellationTokenSource();
        var connecting = Transport.ConnectAsync(Request(broker.Port), cancel.Token);
        connecting.IsCompleted.ShouldBeFalse();

        await cancel.CancelAsync();

        await connecting.ShouldThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task ConnectAsync_GivenAPeerThatDisconnects_ShouldReportUnreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var accepting = listener.AcceptTcpClientAsync();
        var connecting = ConnectAsync(((IPEndPoint)listener.LocalEndpoint).Port);

        (await accepting).Dispose();

        (await connecting.ShouldThrowAsync<MqttConnectionException>()).Fault.ShouldBe(MqttFault.Unreachable);
    }

    [Fact]
    public async Task ConnectAsync_GivenTheCorrectPassword_ShouldConnect()
    {
        await using var broker = await BrokerWithPasswordAsync();

        await using var connection = await ConnectAsync(broker, userName: "bridge", password: "geheim ü");

        await connection.PublishAsync(new("a", Utf8("x")), Limit);
    }

    [Fact]
    public async Task ConnectAsync_GivenAWrongPassword_ShouldReportLoginRefused()
    {
        await using var broker = await BrokerWithPasswordAsync();

        var refused = ConnectAsync(broker, userName: "bridge", password: "canary-password");

        var exception = await refused.ShouldThrowAsync<MqttConnectionException>();
        exception.Fault.ShouldBe(MqttFault.LoginRefused);
        exception.ToString().ShouldNotContain("canary-password");
    }

    [Fact]
    public async Task ConnectAsync_GivenEachReasonCode_ShouldReportTheFault()
    {
        (int Reason, MqttFault Fault)[] refusals = IsV5
            ?
            [
                (132, MqttFault.LoginRefused),
                (133, MqttFault.LoginRefused),
                (134, MqttFault.LoginRefused),
                (135, MqttFault.LoginRefused),
            ]
            :
            [
                (1, MqttFault.LoginRefused),
                (2, MqttFault.LoginRefused),
                (4, MqttFault.LoginRefused),
                (5, MqttFault.LoginRefused),
            ];
        (int, MqttFault)[] others = IsV5
            ? [(136, MqttFault.Unreachable), (137, MqttFault.Unreachable), (138, MqttFault.LoginRefused)]
            : [(3, MqttFault.Unreachable)];
        foreach (var (reason, fault) in refusals.Concat(others))
        {
            await using var broker = new ScriptedBroker { Version = version, ConnectReason = reason };

            var refused = ConnectAsync(broker.Port);

            var exception = await refused.ShouldThrowAsync<MqttConnectionException>();
            exception.ShouldSatisfyAllConditions(
                $"reason {reason}: {exception.Message}",
                () => exception.Fault.ShouldBe(fault),
                () => exception.ReasonCode.ShouldBe(reason)
            );
        }
    }

    [Fact]
    public async Task Deliveries_GivenAnotherClientWithTheSameId_ShouldEndAndLeaveTheWill()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var watcher = await MqttProbe.ConnectAsync(broker);
        await watcher.SubscribeAsync("will");
        await using var connection = await ConnectAsync(broker);

        await using var thief = await MqttProbe.ConnectAsync(broker, new() { ClientId = "contract" });

        var exception = await EndOfAsync(connection);
        // mosquitto 2.0.11 gives no reason, newer ones do on MQTT 5.
        exception.Fault.ShouldBeOneOf(MqttFault.TakenOver, MqttFault.Lost);
        (await watcher.WaitForAsync(message => message.Topic == "will")).Text.ShouldBe("offline");
    }

    [Fact]
    public async Task Deliveries_GivenATakeoverThatTheBrokerReports_ShouldReportTakenOver()
    {
        if (!IsV5)
        {
            return;
        }

        await using var broker = new ScriptedBroker();
        await using var connection = await ConnectAsync(broker.Port);

        await broker.DisconnectAsync(142);

        (await EndOfAsync(connection)).Fault.ShouldBe(MqttFault.TakenOver);
    }

    [Fact]
    public async Task Deliveries_GivenADisconnectOfTheBroker_ShouldReportItsReason()
    {
        if (!IsV5)
        {
            return;
        }

        await using var broker = new ScriptedBroker();
        await using var connection = await ConnectAsync(broker.Port);

        await broker.DisconnectAsync(139);

        var exception = await EndOfAsync(connection);
        exception.ShouldSatisfyAllConditions(
            () => exception.Fault.ShouldBe(MqttFault.Lost),
            () => exception.ReasonCode.ShouldBe(139),
            () => exception.Message.ShouldContain("shutting down")
        );
    }

    [Fact]
    public async Task Deliveries_GivenABrokerThatIsKilled_ShouldReportLost()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var connection = await ConnectAsync(broker);
        broker.Pause();
        var underWay = connection.PublishAsync(new("a", Utf8("x")), Limit);

        await broker.KillAsync();

        (await EndOfAsync(connection)).Fault.ShouldBe(MqttFault.Lost);
        (await underWay.ShouldThrowAsync<MqttConnectionException>()).Fault.ShouldBe(MqttFault.Lost);
        var late = connection.PublishAsync(new("a", Utf8("x")), Limit);
        await late.ShouldThrowAsync<MqttConnectionException>();
    }

    [Fact]
    public async Task Deliveries_GivenABrokerThatHangs_ShouldReportLostAfterTheKeepAlive()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var connection = await ConnectAsync(broker, keepAlive: TimeSpan.FromSeconds(5));

        broker.Pause();

        var exception = await EndOfAsync(connection);
        exception.Fault.ShouldBe(MqttFault.Lost);
        exception.Message.ShouldContain("keep-alive");
    }

    [Fact]
    public async Task DisposeAsync_GivenAConnection_ShouldEndItInOrder()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("#");
        var connection = await ConnectAsync(broker);

        await connection.DisposeAsync();
        await connection.DisposeAsync();

        await connection.Deliveries.Completion.WaitAsync(Patience);
        await connection.PublishAsync(new("a", Utf8("x")), Limit).ShouldThrowAsync<MqttConnectionException>();
        // A last will would have arrived before this.
        await probe.PublishAsync("end", "");
        await probe.WaitForAsync(message => message.Topic == "end");
        probe.Messages.ShouldNotContain(message => message.Topic == "will");
    }

    private protected Task<IMqttConnection> ConnectAsync(
        MosquittoBroker broker,
        string? userName = null,
        string? password = null,
        int maximumPayloadBytes = 1 << 20,
        TimeSpan? keepAlive = null
    ) => Transport.ConnectAsync(Request(broker.Port, userName, password, maximumPayloadBytes, keepAlive), Limit);

    private protected Task<IMqttConnection> ConnectAsync(int port) => Transport.ConnectAsync(Request(port), Limit);

    private protected MqttConnectRequest Request(
        int port,
        string? userName = null,
        string? password = null,
        int maximumPayloadBytes = 1 << 20,
        TimeSpan? keepAlive = null,
        string host = "127.0.0.1",
        MqttTlsOptions? tls = null,
        IReadOnlyList<BrokerAddress>? brokers = null
    ) =>
        new()
        {
            Options = new MqttOptions
            {
                Brokers = [.. brokers ?? [new BrokerAddress(host, port)]],
                ClientId = "contract",
                Username = userName,
                Password = password is null ? null : new Secret(password),
                ProtocolVersion = IsV5 ? MqttProtocolVersion.V5 : MqttProtocolVersion.V311,
                KeepAlive = keepAlive ?? TimeSpan.FromSeconds(60),
                Tls = tls,
            },
            Will = new MqttPublication("will", Utf8("offline"), Retain: true),
            MaximumPayloadBytes = maximumPayloadBytes,
        };

    private protected static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private protected static async Task Eventually(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }

    private async Task<MqttConnectionException> EndOfAsync(IMqttConnection connection) =>
        await Should.ThrowAsync<MqttConnectionException>(async () =>
        {
            await foreach (var _ in connection.Deliveries.ReadAllAsync(Limit)) { }
        });

    private static Task<MosquittoBroker> BrokerWithPasswordAsync() =>
        MosquittoBroker.StartNewAsync(
            new() { Passwords = new Dictionary<string, string>(StringComparer.Ordinal) { ["bridge"] = "geheim ü" } }
        );
}
