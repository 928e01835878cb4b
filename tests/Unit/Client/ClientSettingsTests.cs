using SshMqttBridge.Client;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Tests.Unit.Client;

public sealed class ClientSettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssh-mqtt-client").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_GivenNothing_ShouldUseTheDefaultsOfMosquitto()
    {
        var settings = Read("");

        settings.Mqtt.Brokers.ShouldBe([new BrokerAddress("localhost", 1883)]);
        settings.Mqtt.Tls.ShouldBeNull();
        settings.Mqtt.ClientId.ShouldBe("ssh-mqtt-1");
        (settings.Mqtt.BaseTopic, settings.ReplyTopic).ShouldBe(("ssh", "ssh/reply"));
    }

    [Fact]
    public void Read_GivenTheFileAndTheVariable_ShouldPreferTheVariable()
    {
        File.WriteAllText(
            Path.Combine(_folder, "mosquitto_pub"),
            "# comment\n-h broker\n\n-p  1884\r\n-u alice\n-P se cret \n-V 5\n-q 2\n"
        );

        var mqtt = Read("--port 1885 -i me").Mqtt;

        mqtt.Brokers.ShouldBe([new BrokerAddress("broker", 1885)]);
        (mqtt.Username, mqtt.Password?.Reveal(), mqtt.ClientId).ShouldBe(("alice", "se cret ", "me"));
    }

    [Theory]
    [InlineData("--cafile /ca.pem", 8883, true)]
    [InlineData("--tls-use-os-certs -p 1", 1, true)]
    [InlineData("-p 8883", 8883, true)]
    [InlineData("--cert /c.pem --key /k.pem --insecure", 8883, false)]
    public void Read_GivenTls_ShouldUseIt(string options, int port, bool verify)
    {
        var mqtt = Read(options).Mqtt;

        mqtt.Brokers.ShouldBe([new BrokerAddress("localhost", port)]);
        mqtt.Tls.ShouldNotBeNull().Verify.ShouldBe(verify);
    }

    [Theory]
    [InlineData("-L mqtt://broker", "SSH_MQTT_OPTIONS: unknown option '-L'. Valid options: -h, ")]
    [InlineData("-P my secret", "SSH_MQTT_OPTIONS: a value without an option. Valid options: -h, ")]
    [InlineData("-h", "SSH_MQTT_OPTIONS: -h needs a value")]
    [InlineData("-p 70000", "SSH_MQTT_OPTIONS: -p must be a whole number from 1 to 65535")]
    [InlineData("--cert /c.pem", "--cert and --key belong together")]
    public void Read_GivenAnInvalidOption_ShouldReportIt(string options, string message)
    {
        var exception = Should.Throw<ClientException>(() => Read(options));

        exception.ExitStatus.ShouldBe(64);
        exception.Message.ShouldStartWith(message);
    }

    [Fact]
    public void Read_GivenTheBridgesConfiguration_ShouldUseItsBrokerWithAnotherClientId()
    {
        MqttOptions configured = new()
        {
            Brokers = [new BrokerAddress("one", 1), new BrokerAddress("two", 2)],
            BaseTopic = "home/ssh",
            ProtocolVersion = MqttProtocolVersion.V311,
        };

        var settings = Read("-h elsewhere", configured);

        settings.Mqtt.ShouldBe(configured with { ClientId = "ssh-mqtt-1", ProtocolVersion = MqttProtocolVersion.V5 });
        settings.ReplyTopic.ShouldBe("home/ssh/reply");
    }

    private ClientSettings Read(string options, MqttOptions? configured = null) =>
        ClientSettings.Read(
            name =>
                name switch
                {
                    "SSH_MQTT_OPTIONS" => options,
                    "XDG_CONFIG_HOME" => _folder,
                    _ => null,
                },
            configured,
            "1"
        );
}
