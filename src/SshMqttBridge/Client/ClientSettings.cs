using System.Text;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Client;

/// <summary>Where the bridge is, and where it answers.</summary>
/// <param name="Mqtt">The broker, the client id and the base topic.</param>
/// <param name="ReplyTopic">The response topic of a command, without its id.</param>
internal sealed record ClientSettings(MqttOptions Mqtt, string ReplyTopic)
{
    private const string Options = "SSH_MQTT_OPTIONS";
    private const int MaximumFileBytes = 64 << 10;

    /// <summary>Reads them from the environment, and the broker from there or from the bridge's configuration.</summary>
    /// <param name="variable">The value of an environment variable.</param>
    /// <param name="configured">The <c>mqtt</c> section of the bridge; null: none.</param>
    /// <param name="id">Random: two clients must not have the same client id.</param>
    /// <exception cref="ClientException">An option is not valid.</exception>
    public static ClientSettings Read(Func<string, string?> variable, MqttOptions? configured, string id)
    {
        var clientId = "ssh-mqtt-" + id;
        var mqtt = configured is null
            ? FromEnvironment(variable).ToMqttOptions(clientId)
            // MQTT 3.1.1 has neither response topics nor message expiry.
            : configured with
            {
                ClientId = clientId,
                ProtocolVersion = MqttProtocolVersion.V5,
            };
        var baseTopic = Text(variable("SSH_MQTT_BASE")) ?? mqtt.BaseTopic;
        return new ClientSettings(mqtt with { BaseTopic = baseTopic }, Text(variable("SSH_MQTT_REPLY")) ?? baseTopic + "/reply");
    }

    /// <summary>The file of mosquitto_pub, then the variable.</summary>
    private static BrokerArguments FromEnvironment(Func<string, string?> variable)
    {
        BrokerArguments read = new();
        var folder = Text(variable("XDG_CONFIG_HOME")) ?? (Text(variable("HOME")) is { } home ? home + "/.config" : null);
        if (folder is not null && SmallFile.TryRead(Path.Combine(folder, "mosquitto_pub"), MaximumFileBytes, out var file, out _))
        {
            read = read.WithFile(Encoding.UTF8.GetString(file.Content), Path.Combine(folder, "mosquitto_pub"));
        }

        // As the shell splits it.
        var words = (variable(Options) ?? "").Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return read.With(words, Options);
    }

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
