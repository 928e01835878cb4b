using Microsoft.Extensions.Logging;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Configuration;

/// <summary>The whole configuration, validated: every path is absolute, every value is within its range.</summary>
internal sealed record BridgeOptions
{
    public required MqttOptions Mqtt { get; init; }

    /// <summary>The folder that <c>get</c> and <c>put</c> never leave.</summary>
    public required string BaseDirectory { get; init; }

    /// <summary>Where the bridge keeps its journal and known hosts.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>How it is recorded who did what; null: it is not.</summary>
    public AuditOptions? Audit { get; init; }

    /// <summary>How long running commands may go on after SIGTERM. Default 10 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The least severe messages that are logged. Default <see cref="LogLevel.Information"/>.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public HomeAssistantOptions HomeAssistant { get; init; } = new();

    public WebConsoleOptions WebConsole { get; init; } = new();

    /// <summary>The servers, in the order of the file; ids are unique.</summary>
    public required IReadOnlyList<ServerOptions> Servers { get; init; }
}

/// <summary>How to reach the broker and what the bridge's topics are called there.</summary>
internal sealed record MqttOptions
{
    public string Host { get; init; } = "localhost";

    /// <summary>Default 1883, or 8883 with TLS.</summary>
    public int Port { get; init; } = 1883;
    public string? Username { get; init; }
    public Secret? Password { get; init; }
    public string ClientId { get; init; } = "ssh-mqtt-bridge";
    public MqttProtocolVersion ProtocolVersion { get; init; } = MqttProtocolVersion.V5;

    /// <summary>One or more topic levels, without a slash at either end. Default <c>ssh</c>.</summary>
    public string BaseTopic { get; init; } = "ssh";

    /// <summary>Default 15 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Topic filters a Response Topic must match. Default: <c>reply/#</c> under the base topic.</summary>
    public IReadOnlyList<string> ResponseTopics { get; init; } = ["ssh/reply/#"];

    /// <summary>Null: no TLS.</summary>
    public MqttTlsOptions? Tls { get; init; }
}

/// <summary>TLS to the broker. Paths are absolute.</summary>
/// <param name="CaFile">PEM file of the authorities to trust; null: the system's.</param>
/// <param name="CertificateFile">PEM file of the client's certificate, or null.</param>
/// <param name="KeyFile">PEM file of the client's key, or null; given exactly when the certificate is.</param>
internal sealed record MqttTlsOptions(string? CaFile, string? CertificateFile, string? KeyFile);
