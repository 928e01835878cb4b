using SshMqttBridge.Configuration;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

public sealed class MqttReaderTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("transport: tcp", 1883)]
    [InlineData("tls: {enabled: true}", 8883)]
    [InlineData("transport: websocket", 80)]
    [InlineData("{transport: websocket, tls: {enabled: true}}", 443)]
    [InlineData("{transport: websocket, port: 9001}", 9001)]
    public void Load_GivenATransport_ShouldKnowItsPort(string settings, int port) =>
        Load(settings).Brokers.ShouldBe([new BrokerAddress("localhost", port)]);

    [Fact]
    public void Load_GivenSeveralHosts_ShouldKeepTheirOrderAndPorts() =>
        Load("""{port: 1900, hosts: [broker-a, "broker-b:1884", "::1", "[::2]", "[::3]:1885", 192.0.2.1]}""")
            .Brokers.ShouldBe([
                new("broker-a", 1900),
                new("broker-b", 1884),
                new("::1", 1900),
                new("::2", 1900),
                new("::3", 1885),
                new("192.0.2.1", 1900),
            ]);

    [Fact]
    public void Load_GivenHostsFromTheEnvironment_ShouldUseThem()
    {
        _folder.Environment["SSHMQTT__MQTT__HOSTS"] = "broker-a, broker-b:1884";

        Load("clientId: x").Brokers.ShouldBe([new("broker-a", 1883), new("broker-b", 1884)]);
    }

    [Fact]
    public void Load_GivenHostAndHosts_ShouldAskForOneOfThem() =>
        _folder
            .LoadFault("mqtt: {host: a, hosts: [b]}\n" + ConfigurationFolder.Minimal)
            .ToString()
            .ShouldContain("mqtt.hosts: is set together with 'host'; keep one of them");

    [Fact]
    public void Load_GivenAWebsocket_ShouldKnowItsPath()
    {
        Load("transport: websocket")
            .ShouldSatisfyAllConditions(
                mqtt => mqtt.Transport.ShouldBe(MqttTransportKind.WebSocket),
                mqtt => mqtt.Path.ShouldBe("/mqtt")
            );
        Load("{transport: websocket, path: /a/b?c=d}").Path.ShouldBe("/a/b?c=d");
    }

    [Fact]
    public void Load_GivenTls_ShouldVerifyUnlessDisabled()
    {
        Load("tls: {enabled: true}")
            .Tls.ShouldNotBeNull()
            .ShouldSatisfyAllConditions(tls => tls.Verify.ShouldBeTrue(), tls => tls.ServerName.ShouldBeNull());
        Load("tls: {enabled: true, serverName: broker.lan, verify: false}")
            .Tls.ShouldNotBeNull()
            .ShouldSatisfyAllConditions(tls => tls.Verify.ShouldBeFalse(), tls => tls.ServerName.ShouldBe("broker.lan"));
    }

    [Fact]
    public void Load_GivenVerifyOff_ShouldWarn() =>
        _folder
            .Load("mqtt: {tls: {enabled: true, verify: false}}\n" + ConfigurationFolder.Minimal)
            .Warnings.ShouldHaveSingleItem()
            .ShouldStartWith("mqtt.tls.verify is false");

    [Fact]
    public void Load_GivenRetainOff_ShouldKnowIt() => Load("retain: false").Retain.ShouldBeFalse();

    private MqttOptions Load(string settings)
    {
        var flow = settings.StartsWith('{') ? settings : $"{{{settings}}}";
        return _folder.LoadGood($"mqtt: {flow}\n" + ConfigurationFolder.Minimal).Mqtt;
    }
}
