using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>mqtt</c>.</summary>
internal static class MqttReader
{
    /// <summary>Returns the options as far as they are valid; the rest are faults.</summary>
    /// <param name="secretWritten">Whether the configuration file contains the broker's password.</param>
    public static MqttOptions Read(SectionReader section, out bool secretWritten)
    {
        var tls = TlsReader.Read(section.Section(MqttSettings.Tls));
        var transport = section.Read(MqttSettings.Transport);
        var baseTopic = section.Read(MqttSettings.BaseTopic);
        var password = section.ReadSecret(MqttSettings.Password, MqttSettings.PasswordFile, out secretWritten);
        if (password is not null && !section.Has(MqttSettings.Username))
        {
            section.Fault(MqttSettings.Username, "is missing: a password requires a user name");
        }

        return new MqttOptions
        {
            Brokers = [.. ReadBrokers(section, transport, tls is not null)],
            Transport = transport,
            Path = section.Read(MqttSettings.Path),
            Retain = section.Read(MqttSettings.Retain),
            Username = section.Read(MqttSettings.Username),
            Password = password,
            ClientId = section.Read(MqttSettings.ClientId),
            ProtocolVersion = section.Read(MqttSettings.ProtocolVersion),
            BaseTopic = baseTopic,
            ResponseTopics = [.. section.Read(MqttSettings.ResponseTopics) ?? [$"{baseTopic}/reply/#"]],
            KeepAlive = section.Read(MqttSettings.KeepAlive),
            Tls = tls,
        };
    }

    private static IReadOnlyList<BrokerAddress> ReadBrokers(SectionReader section, MqttTransportKind transport, bool isTls)
    {
        var port = section.ReadValue(MqttSettings.Port) ?? DefaultPort(transport, isTls);
        var host = section.Read(MqttSettings.Host);
        var hosts = section.Read(MqttSettings.Hosts);
        if (section.Has(MqttSettings.Host) && section.Has(MqttSettings.Hosts))
        {
            section.Fault(MqttSettings.Hosts, "is set together with 'host'; keep one of them");
        }

        return hosts is null
            ? [new BrokerAddress(host, port)]
            : [.. hosts.Select(text => HostRules.ParseHostAndPort(text, port))];
    }

    private static int DefaultPort(MqttTransportKind transport, bool isTls) =>
        (transport, isTls) switch
        {
            (MqttTransportKind.WebSocket, false) => 80,
            (MqttTransportKind.WebSocket, true) => 443,
            (_, false) => 1883,
            (_, true) => 8883,
        };
}
