using System.Net;
using SshMqttBridge.Configuration.Tree;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Configuration;

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
        var baseTopic = section.Text("baseTopic", TopicRules.BaseTopicWrong) ?? defaults.BaseTopic;
        var username = section.Text("username", text => text.Length is 0 or > 256 ? "must have 1 to 256 characters" : null);
        var password = section.Secret("password", "passwordFile", out secretWritten);
        if (password is not null && !section.Has("username"))
        {
            section.Fault("username", "is missing: a password needs a user name");
        }

        return defaults with
        {
            Host = section.Text("host", HostRules.HostWrong) ?? defaults.Host,
            Port = section.WholeNumber("port", 1, IPEndPoint.MaxPort) ?? (tls is null ? 1883 : 8883),
            Username = username,
            Password = password,
            ClientId = section.Text("clientId", ClientIdWrong) ?? defaults.ClientId,
            ProtocolVersion =
                section.Choice<MqttProtocolVersion?>(
                    "protocolVersion",
                    ("5", MqttProtocolVersion.V5),
                    ("3.1.1", MqttProtocolVersion.V311)
                ) ?? defaults.ProtocolVersion,
            BaseTopic = baseTopic,
            ResponseTopics = section.List("responseTopics", TopicRules.FilterWrong) ?? [$"{baseTopic}/reply/#"],
            // Whole seconds, because MQTT counts in them; the system's MQTT library takes none below 5.
            KeepAlive = section.WholeNumber("keepAlive", 5, ushort.MaxValue, " of seconds") is { } seconds
                ? TimeSpan.FromSeconds(seconds)
                : defaults.KeepAlive,
            Tls = tls,
        };
    }

    private static MqttTlsOptions? ReadTls(ReadingContext context, MappingNode values)
    {
        var section = new SectionReader(context, ConfigurationKeys.Tls, ("mqtt.tls", values));
        if (section.Flag("enabled") != true)
        {
            // Not used, so they need not exist; but what is wrong as a name is wrong.
            _ = (section.FilePath("caFile"), section.FilePath("certificateFile"), section.FilePath("keyFile"));
            return null;
        }

        if (section.Has("certificateFile") != section.Has("keyFile"))
        {
            var (missing, given) = section.Has("keyFile") ? ("certificateFile", "keyFile") : ("keyFile", "certificateFile");
            section.Fault(missing, $"is missing: it goes together with '{given}'");
        }

        return new MqttTlsOptions(
            section.ReadableFile("caFile", secret: false),
            section.ReadableFile("certificateFile", secret: false),
            section.ReadableFile("keyFile", secret: true)
        );
    }

    private static string? ClientIdWrong(string text) =>
        text.Length is 0 or > 256 || text.Any(char.IsControl)
            ? "must have 1 to 256 characters, no control characters among them"
            : null;
}
