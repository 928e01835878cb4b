using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_GivenTheMinimum_ShouldFillInEveryDefault()
    {
        var options = _folder.LoadGood(ConfigurationFolder.Minimal);

        options.ShutdownTimeout.ShouldBe(TimeSpan.FromSeconds(10));
        options.LogLevel.ShouldBe(LogLevel.Information);
        options.BaseDirectory.ShouldBe(_folder.Name("files"));
        options.StateDirectory.ShouldBe(_folder.Name("state"));
        options.Mqtt.Brokers.ShouldBe([new BrokerAddress("localhost", 1883)]);
        options.Mqtt.Transport.ShouldBe(MqttTransportKind.Tcp);
        options.Mqtt.Retain.ShouldBeTrue();
        options.Mqtt.ClientId.ShouldBe("ssh-mqtt-bridge");
        options.Mqtt.ProtocolVersion.ShouldBe(MqttProtocolVersion.V5);
        options.Mqtt.BaseTopic.ShouldBe("ssh");
        options.Mqtt.ResponseTopics.ShouldBe(["ssh/reply/#"]);
        options.Mqtt.KeepAlive.ShouldBe(TimeSpan.FromSeconds(15));
        options.Mqtt.Tls.ShouldBeNull();
        options.Group.ShouldBeNull();
        options
            .Servers.ShouldHaveSingleItem()
            .ShouldBe(
                new ServerOptions
                {
                    Id = "nas",
                    Host = "192.0.2.10",
                    User = "admin",
                    KeyDirectory = _folder.Path,
                }
            );
    }

    [Fact]
    public void Load_GivenEveryKey_ShouldReadEveryKey()
    {
        var key = _folder.Write("id", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
        _folder.Write("id-cert", "ssh-ed25519-cert-v01@openssh.com AAAA");
        foreach (var name in (string[])["ca.pem", "client.pem", "client.key"])
        {
            _folder.Write(name, "PEM");
        }

        var options = _folder.LoadGood(
            """
            mqtt:
              host: broker.example
              port: 8884
              username: bridge
              password: 1234
              clientId: one
              protocolVersion: 3.1.1
              baseTopic: home/ssh
              responseTopics: [a/+/b, reply/#]
              keepAlive: 60
              tls: {enabled: true, caFile: ca.pem, certificateFile: client.pem, keyFile: client.key}
            files:
              baseDirectory: ../elsewhere
            stateDirectory: /var/lib/bridge
            shutdownTimeout: 2.5
            logLevel: Debug
            servers:
              nas_1-a:
                host: fe80::1%eth0
                port: 2222
                user: admin
                password: yes
                privateKeyFile: id
                passphrase: no
                certificateFile: id-cert
                agent: true
                hostKey: SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU
                stdout: line
                exitStatus: optional
                stop: signal
                lineSeparator: "\n"
                persistentConnection: false
                shutdownWhenInactive: true
                queueLimit: 1
                maxOutputBytes: 0
                connectTimeout: 0.5
                keepAlive: 1
                keepAliveCount: 2
                transferTimeout: 3
                idleTimeout: 0
            """
        );

        options.BaseDirectory.ShouldBe(Path.GetFullPath(_folder.Name("../elsewhere")));
        options.StateDirectory.ShouldBe("/var/lib/bridge");
        options.ShutdownTimeout.ShouldBe(TimeSpan.FromSeconds(2.5));
        options.LogLevel.ShouldBe(LogLevel.Debug);
        options.Mqtt.ResponseTopics.ShouldBe(["a/+/b", "reply/#"]);
        options.Mqtt.Brokers.ShouldBe([new BrokerAddress("broker.example", 8884)]);
        (options.Mqtt with { ResponseTopics = [], Brokers = [] }).ShouldBe(
            new MqttOptions
            {
                Brokers = [],
                Username = "bridge",
                Password = new Secret("1234"),
                ClientId = "one",
                ProtocolVersion = MqttProtocolVersion.V311,
                BaseTopic = "home/ssh",
                ResponseTopics = [],
                KeepAlive = TimeSpan.FromMinutes(1),
                Tls = new MqttTlsOptions(_folder.Name("ca.pem"), _folder.Name("client.pem"), _folder.Name("client.key")),
            }
        );
        options
            .Servers.ShouldHaveSingleItem()
            .ShouldBe(
                new ServerOptions
                {
                    Id = "nas_1-a",
                    Host = "fe80::1%eth0",
                    Port = 2222,
                    User = "admin",
                    Password = new Secret("yes"),
                    PrivateKeyFile = key,
                    Passphrase = new Secret("no"),
                    CertificateFile = _folder.Name("id-cert"),
                    Agent = true,
                    KeyDirectory = _folder.Path,
                    HostKey = new HostKeyPolicy(HostKeyMode.Pinned, "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"),
                    StandardOutput = StandardOutputMode.ByLine,
                    ExitStatus = ExitStatusRule.Optional,
                    Stop = StopRule.Signal,
                    LineSeparator = "\n",
                    PersistentConnection = false,
                    ShutdownWhenInactive = true,
                    QueueLimit = 1,
                    MaxOutputBytes = 0,
                    ConnectTimeout = TimeSpan.FromSeconds(0.5),
                    KeepAlive = TimeSpan.FromSeconds(1),
                    KeepAliveCount = 2,
                    TransferTimeout = TimeSpan.FromSeconds(3),
                    IdleTimeout = TimeSpan.Zero,
                }
            );
    }

    [Fact]
    public void Load_GivenManyFaults_ShouldReportAllAtOnceWithTheirPlaces()
    {
        var loaded = _folder.Load(
            """
            mqtt:
              port: abc
              baseTopic: /ssh
            defaults:
              lineseperator: x
            shutdownTimeout: 10s
            servers:
              nas:
                host: 192.0.2.10
                port: 70000
              bridge:
                host: 192.0.2.11
                user: a
            """
        );

        loaded.Options.ShouldBeNull();
        loaded
            .Faults.Select(fault => fault.ToString())
            .ShouldBe([
                "mqtt.baseTopic: must be topic levels separated by single slashes, without a slash at either end, not '/ssh' (line 3, column 14)",
                "mqtt.port: must be a whole number from 1 to 65535, not 'abc' (line 2, column 9)",
                "shutdownTimeout: must be a number of seconds from 0 to 3600, without a unit, not '10s' (line 6, column 18)",
                "defaults.lineseperator: unknown key; did you mean 'lineSeparator'? (line 5, column 3)",
                "servers.nas.user: is missing: the user to log in as",
                "servers.nas.port: must be a whole number from 1 to 65535, not '70000' (line 10, column 11)",
                "servers.bridge: is reserved for the bridge's own topics; choose another id (line 11, column 3)",
            ]);
    }
}
