using System.Net;
using System.Net.Sockets;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration.Contracts;

/// <summary>Brokers that hang, several brokers, and brokers without some features.</summary>
public abstract partial class MqttTransportContract
{
    [Fact]
    public async Task Deliveries_GivenABrokerThatHangsWhileMessagesArePublished_ShouldReportLost()
    {
        var keepAlive = TimeSpan.FromSeconds(3);
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var connection = await ConnectAsync(broker, keepAlive: keepAlive);
        await connection.PublishAsync(new("a", Utf8("x")), Limit);

        broker.Pause();
        var ended = EndOfAsync(connection);
        List<Task> underWay = [];
        using PeriodicTimer everyHalfSecond = new(TimeSpan.FromSeconds(0.5));
        while (!ended.IsCompleted && await everyHalfSecond.WaitForNextTickAsync(Limit))
        {
            underWay.Add(connection.PublishAsync(new("a", Utf8("x")), Limit));
        }

        (await ended).Message.ShouldContain("keep-alive");
        foreach (var publish in underWay)
        {
            (await publish.ShouldThrowAsync<MqttConnectionException>()).Fault.ShouldBe(MqttFault.Lost);
        }
    }

    [Fact]
    public async Task ConnectAsync_GivenABrokerThatDemandsAKeepAlive_ShouldKeepIt()
    {
        if (!IsV5)
        {
            return;
        }

        // The broker runs in this process, which may not run for a while: it has half of this time for an answer.
        await using ScriptedBroker broker = new() { KeepAlive = 2 };
        await using var connection = await ConnectAsync(broker.Port);

        await Eventually(() => broker.PingCount >= 2 || connection.Deliveries.Completion.IsCompleted);

        await connection.PublishAsync(new("a", Utf8("x")), Limit);
    }

    [Fact]
    public async Task ConnectAsync_GivenBrokersOfWhichOneIsDownAndOneHangs_ShouldUseTheThird()
    {
        await using var gone = await MosquittoBroker.CreateAsync();
        await using var hanging = new ScriptedBroker { ConnectReason = null };
        await using var broker = await MosquittoBroker.StartNewAsync();
        var request = Request(
            0,
            brokers: [new("127.0.0.1", gone.Port), new("127.0.0.1", hanging.Port), new("localhost", broker.Port)]
        ) with
        {
            ConnectTimeout = TimeSpan.FromSeconds(4),
        };

        await using var connection = await Transport.ConnectAsync(request, Limit);

        connection.Broker.ShouldBe(new("localhost", broker.Port));
        await connection.PublishAsync(new("a", Utf8("x")), Limit);
    }

    [Fact]
    public async Task ConnectAsync_GivenABrokerWhosePacketsAreDropped_ShouldUseTheNext()
    {
        using var swallowing = new SwallowingPort();
        await using var broker = await MosquittoBroker.StartNewAsync();
        var request = Request(0, brokers: [new("127.0.0.1", swallowing.Port), new("127.0.0.1", broker.Port)]) with
        {
            ConnectTimeout = TimeSpan.FromSeconds(2),
        };

        await using var connection = await Transport.ConnectAsync(request, Limit);

        connection.Broker.Port.ShouldBe(broker.Port);
    }

    [Fact]
    public async Task ConnectAsync_GivenANameWithAnAddressThatHangs_ShouldUseTheOther()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        // localhost is ::1 first on most systems.
        using var silent = new TcpListener(IPAddress.IPv6Loopback, broker.Port);
        silent.Start();

        await using var connection = await Transport.ConnectAsync(
            Request(broker.Port, host: "localhost") with
            {
                ConnectTimeout = TimeSpan.FromSeconds(2),
            },
            Limit
        );

        await connection.PublishAsync(new("a", Utf8("x")), Limit);
    }

    [Fact]
    public async Task ConnectAsync_GivenBrokersThatAllFail_ShouldReportEach()
    {
        await using var refusing = new ScriptedBroker { Version = version, ConnectReason = IsV5 ? 134 : 4 };
        await using var gone = await MosquittoBroker.CreateAsync();
        await using var hanging = new ScriptedBroker { ConnectReason = null };

        var failed = Transport.ConnectAsync(
            Request(
                0,
                brokers: [new("127.0.0.1", refusing.Port), new("127.0.0.1", gone.Port), new("127.0.0.1", hanging.Port)]
            ) with
            {
                ConnectTimeout = TimeSpan.FromSeconds(1),
            },
            Limit
        );

        var exception = await failed.ShouldThrowAsync<MqttConnectionException>();
        exception.Fault.ShouldBe(MqttFault.LoginRefused);
        exception.Message.ShouldContain($"127.0.0.1:{refusing.Port} refused the connection: wrong user name or password");
        exception.Message.ShouldContain($"127.0.0.1:{gone.Port}: Connection refused");
        exception.Message.ShouldContain($"127.0.0.1:{hanging.Port}: no answer within");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectAsync_GivenABrokerThatSupportsOnlyTheOtherVersion_ShouldSuggestTheSetting(bool answers)
    {
        if (!IsV5)
        {
            return;
        }

        await using var broker = new ScriptedBroker { Version = 4, ConnectReason = answers ? 1 : -1 };

        var failed = ConnectAsync(broker.Port);

        var exception = await failed.ShouldThrowAsync<MqttConnectionException>();
        exception.Message.ShouldContain("mqtt.protocolVersion");
        exception.Message.ShouldContain("3.1.1");
        exception.Fault.ShouldBe(answers ? MqttFault.LoginRefused : MqttFault.Unreachable);
    }

    [Fact]
    public async Task ConnectAsync_GivenABrokerWithoutRetainedMessages_ShouldReportIt()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Extra = "retain_available false" });
        var request = Request(broker.Port);
        if (!IsV5)
        {
            request = request with { Options = request.Options with { Retain = false } };
        }

        (var connection, var retain) = await MqttConnector.ConnectAsync(Transport, request, Limit);
        await using var _ = connection;

        retain.ShouldBeFalse();
        connection.RetainAvailable.ShouldBe(!IsV5);
        await connection.PublishAsync(new("a", Utf8("x")), Limit);
    }
}
