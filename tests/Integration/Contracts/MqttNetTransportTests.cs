using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Mqtt.MqttNet;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration.Contracts;

/// <summary>The contract on MQTTnet.</summary>
public abstract class MqttNetTransportTests(int version) : MqttTransportContract(version)
{
    private protected override IMqttTransport Transport { get; } = new MqttNetTransport();

    [Fact]
    public async Task ConnectAsync_GivenTls_ShouldConnect()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Tls = true });

        foreach (var host in new[] { "localhost", "127.0.0.1" })
        {
            await using var connection = await Transport.ConnectAsync(
                Request(broker.Port, host: host, tls: new MqttTlsOptions(broker.AuthorityFile, null, null)),
                Limit
            );
            await connection.SubscribeAsync("a", Limit);

            // More than a record of TLS, both ways.
            await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => connection.PublishAsync(new("a", new byte[40_000]), Limit)));
            for (var i = 0; i < 200; i++)
            {
                (await connection.Deliveries.ReadAsync(Limit)).Payload.Length.ShouldBe(40_000);
            }
        }
    }

    [Fact]
    public async Task ConnectAsync_GivenAClientCertificate_ShouldConnect()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Tls = true, TlsClientCertificate = true });

        await using var connection = await Transport.ConnectAsync(
            Request(
                broker.Port,
                tls: new MqttTlsOptions(broker.AuthorityFile, broker.ClientCertificateFile, broker.ClientKeyFile)
            ),
            Limit
        );

        await connection.PublishAsync(new("a", Utf8("x")), Limit);
    }

    [Fact]
    public async Task ConnectAsync_GivenNoClientCertificateWhereOneIsRequired_ShouldReportIt()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Tls = true, TlsClientCertificate = true });

        await ShouldFailAsync(broker, new MqttTlsOptions(broker.AuthorityFile, null, null), "client certificate");
    }

    [Fact]
    public async Task ConnectAsync_GivenAnUnknownAuthority_ShouldReportIt()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Tls = true });

        await ShouldFailAsync(broker, new MqttTlsOptions(null, null, null), "not signed by an authority that this system trusts");
    }

    [Fact]
    public async Task ConnectAsync_GivenACertificateForAnotherHost_ShouldReportIt()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Tls = true, TlsHostNames = ["elsewhere.example"] });

        await ShouldFailAsync(broker, new MqttTlsOptions(broker.AuthorityFile, null, null), "not for the host name '127.0.0.1'");
    }

    [Fact]
    public async Task ConnectAsync_GivenAPortWithoutTls_ShouldReportIt()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        var authority = Path.Combine(broker.Folder, "ca.pem");
        using (var other = new TestAuthority())
        {
            other.WriteAuthority(authority);
        }

        await ShouldFailAsync(broker, new MqttTlsOptions(authority, null, null), "TLS");
    }

    [Fact]
    public async Task ConnectAsync_GivenAPortWithTls_ShouldAskForIt()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Tls = true });

        await ShouldFailAsync(broker, null, "TLS?");
    }

    [Fact]
    public async Task ConnectAsync_GivenFilesThatAreMissingOrWrong_ShouldNameThem()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Tls = true });
        var missing = Path.Combine(broker.Folder, "missing.pem");
        var wrong = Path.Combine(broker.Folder, "wrong.pem");
        await File.WriteAllTextAsync(wrong, "no certificate");

        await ShouldFailAsync(broker, new MqttTlsOptions(missing, null, null), "missing.pem");
        await ShouldFailAsync(broker, new MqttTlsOptions(wrong, null, null), "wrong.pem");
        await ShouldFailAsync(broker, new MqttTlsOptions(broker.AuthorityFile, broker.ClientCertificateFile, wrong), "wrong.pem");
        await ShouldFailAsync(
            broker,
            new MqttTlsOptions(broker.AuthorityFile, broker.AuthorityFile, broker.ClientKeyFile),
            "does not belong to"
        );
    }

    [Fact]
    public async Task ConnectAsync_GivenAServerName_ShouldCheckTheCertificateAgainstIt()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Tls = true, TlsHostNames = ["elsewhere.example"] });
        MqttTlsOptions tls = new(broker.AuthorityFile, null, null);

        await using (
            var connection = await Transport.ConnectAsync(
                Request(broker.Port, tls: tls with { ServerName = "elsewhere.example" }),
                Limit
            )
        )
        {
            await connection.PublishAsync(new("a", Utf8("x")), Limit);
        }

        await ShouldFailAsync(broker, tls with { ServerName = "other.example" }, "not for the host name 'other.example'");
    }

    [Fact]
    public async Task ConnectAsync_GivenVerifyOff_ShouldAcceptAnyCertificate()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Tls = true, TlsHostNames = ["elsewhere.example"] });

        await using var connection = await Transport.ConnectAsync(
            Request(broker.Port, tls: new MqttTlsOptions(null, null, null) { Verify = false }),
            Limit
        );

        await connection.PublishAsync(new("a", Utf8("x")), Limit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ConnectAsync_GivenAWebsocket_ShouldConnect(bool isTls)
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Tls = isTls, WebSocket = true });
        var connection = await Transport.ConnectAsync(
            WebSocket(Request(broker.Port, tls: isTls ? new MqttTlsOptions(broker.AuthorityFile, null, null) : null)),
            Limit
        );
        await connection.SubscribeAsync("a", Limit);

        // Not larger: mosquitto 2.0.11 sends 4 KB in a tenth of a second over a websocket.
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => connection.PublishAsync(new("a", new byte[10 * i]), Limit)));
        await connection.PublishAsync(new("a", new byte[30_000]), Limit);
        for (var i = 0; i < 100; i++)
        {
            (await connection.Deliveries.ReadAsync(Limit)).Payload.Length.ShouldBe(10 * i);
        }

        (await connection.Deliveries.ReadAsync(Limit)).Payload.Length.ShouldBe(30_000);

        await connection.DisposeAsync();
        await connection.Deliveries.Completion.WaitAsync(Limit);
        await broker.WaitForLogAsync("Client contract disconnected.");
    }

    [Fact]
    public async Task ConnectAsync_GivenAPortWithoutWebsocket_ShouldReportIt()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();

        var failed = Transport.ConnectAsync(WebSocket(Request(broker.Port)), Limit);

        var exception = await failed.ShouldThrowAsync<MqttConnectionException>();
        exception.Fault.ShouldBe(MqttFault.Unreachable);
        exception.Message.ShouldContain("websocket");
    }

    [Fact]
    public async Task Deliveries_GivenAWebsocketWhoseBrokerHangs_ShouldReportLostAfterTheKeepAlive()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { WebSocket = true });
        await using var connection = await Transport.ConnectAsync(
            WebSocket(Request(broker.Port, keepAlive: TimeSpan.FromSeconds(2))),
            Limit
        );

        broker.Pause();

        var ended = await Should.ThrowAsync<MqttConnectionException>(connection.Deliveries.ReadAsync(Limit).AsTask());
        ended.Message.ShouldContain("keep-alive");
    }

    [Fact]
    public async Task ConnectAsync_GivenANameWithSeveralAddresses_ShouldTryThem()
    {
        // The broker listens on 127.0.0.1 alone; localhost is ::1 as well on most systems.
        await using var broker = await MosquittoBroker.StartNewAsync();

        await using var connection = await Transport.ConnectAsync(Request(broker.Port, host: "localhost"), Limit);

        await connection.PublishAsync(new("a", Utf8("x")), Limit);
    }

    private static MqttConnectRequest WebSocket(MqttConnectRequest request) =>
        request with
        {
            Options = request.Options with { Transport = MqttTransportKind.WebSocket },
        };

    private async Task ShouldFailAsync(MosquittoBroker broker, MqttTlsOptions? tls, string words)
    {
        var failed = Transport.ConnectAsync(Request(broker.Port, tls: tls), Limit);

        var exception = await failed.ShouldThrowAsync<MqttConnectionException>();
        exception.Message.ShouldContain(words);
        exception.Fault.ShouldBe(MqttFault.Unreachable);
    }
}

[Collection(MqttAlone.Name)]
[Trait("Process", "own")]
public sealed class MqttNetTransportV5Tests() : MqttNetTransportTests(version: 5);

[Collection(MqttAlone.Name)]
[Trait("Process", "own")]
public sealed class MqttNetTransportV311Tests() : MqttNetTransportTests(version: 4);
