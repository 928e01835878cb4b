using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;

namespace SshMqttBridge.Configuration;

/// <summary>The whole configuration, validated: every path is absolute, every value is within its range.</summary>
internal sealed record BridgeOptions
{
    public required MqttOptions Mqtt { get; init; }

    /// <summary>The folder of the local files of <c>get</c> and <c>put</c>.</summary>
    public required string BaseDirectory { get; init; }

    /// <summary>The folder of the journal and the known hosts.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The audit log; null: none.</summary>
    public AuditOptions? Audit { get; init; }

    /// <summary>How long running commands may continue after SIGTERM. Default 10 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The minimum log level. Default <see cref="LogLevel.Information"/>.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Default <see cref="LogFormat.Text"/>.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>Whether to read the file again when it changes. Default false.</summary>
    public bool WatchConfiguration { get; init; }

    public HomeAssistantOptions HomeAssistant { get; init; } = new();

    public WebConsoleOptions WebConsole { get; init; } = new();

    public MetricsOptions Metrics { get; init; } = new();

    /// <summary>The group of this bridge; null: it is alone.</summary>
    public GroupOptions? Group { get; init; }

    /// <summary>
    /// The name of this bridge among several on the base topic, each with its own servers: it subscribes only to the topics of its
    /// servers. Null: it subscribes to those of all servers, and answers for unknown ones. Never together with a group.
    /// </summary>
    public string? Shard { get; init; }

    /// <summary>
    /// What client ids of this bridge begin with, except that of the connection for commands and results: all instances of a group
    /// use the same one for it, so that the broker closes that of the leader before when the next one connects (MQTT 5 §3.1.4).
    /// </summary>
    public string OwnClientId => Group is null ? Mqtt.ClientId : $"{Mqtt.ClientId}-{Group.Instance}";

    /// <summary>The same for people, with the origin of each value; null if the web console, which shows it, is not enabled.</summary>
    public ISettingsInForce? Settings { get; init; }

    /// <summary>The servers, in the order of the file; ids are unique.</summary>
    public required ValueList<ServerOptions> Servers { get; init; }
}

/// <summary>The broker and the bridge's topics.</summary>
internal sealed record MqttOptions
{
    /// <summary>Tried in this order until one connects; at least one. Default: <c>localhost</c> alone.</summary>
    public ValueList<BrokerAddress> Brokers { get; init; } = [new("localhost", 1883)];

    /// <summary>The transport of MQTT. Default TCP.</summary>
    public MqttTransportKind Transport { get; init; } = MqttTransportKind.Tcp;

    /// <summary>The path of the websocket, with a leading slash. Default <c>/mqtt</c>.</summary>
    public string Path { get; init; } = "/mqtt";

    /// <summary>Whether states and results are published retained. Default true.</summary>
    public bool Retain { get; init; } = true;

    public string? Username { get; init; }
    public Secret? Password { get; init; }
    public string ClientId { get; init; } = "ssh-mqtt-bridge";
    public MqttProtocolVersion ProtocolVersion { get; init; } = MqttProtocolVersion.V5;

    /// <summary>One or more topic levels, without a slash at either end. Default <c>ssh</c>.</summary>
    public string BaseTopic { get; init; } = "ssh";

    /// <summary>Default 15 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Topic filters a Response Topic must match. Default: <c>reply/#</c> under the base topic.</summary>
    public ValueList<string> ResponseTopics { get; init; } = ["ssh/reply/#"];

    /// <summary>Null: no TLS.</summary>
    public MqttTlsOptions? Tls { get; init; }
}

/// <summary>Host and port of a broker.</summary>
/// <param name="Host">A name, or an address without brackets.</param>
internal sealed record BrokerAddress(string Host, int Port)
{
    /// <summary><c>name:port</c>, or <c>[IPv6]:port</c>.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>The transport of MQTT.</summary>
internal enum MqttTransportKind
{
    Tcp,

    /// <summary>MQTT 5 §6: the subprotocol <c>mqtt</c> of a websocket.</summary>
    WebSocket,
}

/// <summary>TLS to the broker. Paths are absolute.</summary>
/// <param name="CaFile">PEM file of the authorities to trust; null: the system's.</param>
/// <param name="CertificateFile">PEM file of the client's certificate, or null.</param>
/// <param name="KeyFile">PEM file of the client's key, or null; given exactly when the certificate is.</param>
internal sealed record MqttTlsOptions(string? CaFile, string? CertificateFile, string? KeyFile)
{
    /// <summary>The name that the broker's certificate must be for; null: the broker's host.</summary>
    public string? ServerName { get; init; }

    /// <summary>False: the bridge accepts any certificate. Default true.</summary>
    public bool Verify { get; init; } = true;
}
