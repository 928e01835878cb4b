using System.Net;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>mqtt</c>.</summary>
internal static class MqttReader
{
    /// <summary>Returns what could be read; faults stand where something could not.</summary>
    /// <param name="secretWritten">Whether the configuration file holds the broker's password.</param>
    public static MqttOptions Read(ReadingContext context, MappingNode values, out bool secretWritten)
    {
        var section = new SectionReader(context, ConfigurationKeys.Mqtt, ("mqtt", values));
        var defaults = new MqttOptions();
        var tls = ReadTls(context, section.Mapping("tls") ?? MappingNode.Empty);
        var transport =
            section.Choice<MqttTransportKind?>(
                "transport",
                ("tcp", MqttTransportKind.Tcp),
                ("websocket", MqttTransportKind.WebSocket)
            ) ?? defaults.Transport;
        var baseTopic = section.Text("baseTopic", TopicRules.ValidateBaseTopic) ?? defaults.BaseTopic;
        var username = section.Text("username", text => text.Length is 0 or > 256 ? "must have 1 to 256 characters" : null);
        var password = section.Secret("password", "passwordFile", out secretWritten);
        if (password is not null && !section.Has("username"))
        {
            section.Fault("username", "is missing: a password needs a user name");
        }

        return defaults with
        {
            Brokers = ReadBrokers(section, transport, tls is not null),
            Transport = transport,
            Path = section.Text("path", ValidatePath) ?? defaults.Path,
            Retain = section.Flag("retain") ?? defaults.Retain,
            Username = username,
            Password = password,
            ClientId = section.Text("clientId", ValidateClientId) ?? defaults.ClientId,
            ProtocolVersion =
                section.Choice<MqttProtocolVersion?>(
                    "protocolVersion",
                    ("5", MqttProtocolVersion.V5),
                    ("3.1.1", MqttProtocolVersion.V311)
                ) ?? defaults.ProtocolVersion,
            BaseTopic = baseTopic,
            ResponseTopics = section.List("responseTopics", TopicRules.ValidateFilter) ?? [$"{baseTopic}/reply/#"],
            // Whole seconds, because MQTT counts in them.
            KeepAlive = section.WholeNumber("keepAlive", 1, ushort.MaxValue, " of seconds") is { } seconds
                ? TimeSpan.FromSeconds(seconds)
                : defaults.KeepAlive,
            Tls = tls,
        };
    }

    private static IReadOnlyList<BrokerAddress> ReadBrokers(SectionReader section, MqttTransportKind transport, bool isTls)
    {
        var port =
            section.WholeNumber("port", 1, IPEndPoint.MaxPort)
            ?? (transport, isTls) switch
            {
                (MqttTransportKind.WebSocket, false) => 80,
                (MqttTransportKind.WebSocket, true) => 443,
                (_, false) => 1883,
                (_, true) => 8883,
            };
        var host = section.Text("host", HostRules.ValidateHost);
        var hosts = section.List("hosts", HostRules.ValidateHostAndPort);
        if (section.Has("host") && section.Has("hosts"))
        {
            section.Fault("hosts", "is given together with 'host'; keep one of them");
        }

        return hosts is null
            ? [new BrokerAddress(host ?? "localhost", port)]
            : [.. hosts.Select(text => HostRules.ParseHostAndPort(text, port))];
    }

    private static MqttTlsOptions? ReadTls(ReadingContext context, MappingNode values)
    {
        var section = new SectionReader(context, ConfigurationKeys.Tls, ("mqtt.tls", values));
        if (section.Flag("enabled") != true)
        {
            // Not used, so they need not exist; but what is wrong as a name is wrong.
            _ = (section.FilePath("caFile"), section.FilePath("certificateFile"), section.FilePath("keyFile"));
            _ = (section.Text("serverName", HostRules.ValidateHost), section.Flag("verify"));
            return null;
        }

        if (section.Has("certificateFile") != section.Has("keyFile"))
        {
            var (missing, given) = section.Has("keyFile") ? ("certificateFile", "keyFile") : ("keyFile", "certificateFile");
            section.Fault(missing, $"is missing: it goes together with '{given}'");
        }

        var verify = section.Flag("verify") ?? true;
        if (!verify)
        {
            context.Diagnostics.Warn(
                "mqtt.tls.verify is false: the broker's certificate is not checked, and whoever is on the way to it can read and send commands; give its authority in mqtt.tls.caFile instead"
            );
        }

        return new MqttTlsOptions(
            section.ReadableFile("caFile", secret: false),
            section.ReadableFile("certificateFile", secret: false),
            section.ReadableFile("keyFile", secret: true)
        )
        {
            ServerName = section.Text("serverName", HostRules.ValidateHost),
            Verify = verify,
        };
    }

    private static string? ValidatePath(string text) =>
        text.StartsWith('/')
        && Uri.TryCreate("ws://broker" + text, UriKind.Absolute, out var uri)
        && uri.Fragment.Length == 0
        && !text.Any(char.IsControl)
            ? null
            : "must be the path of a websocket, beginning with a slash";

    private static string? ValidateClientId(string text) =>
        text.Length is 0 or > 256 || text.Any(char.IsControl)
            ? "must have 1 to 256 characters, no control characters among them"
            : null;
}
