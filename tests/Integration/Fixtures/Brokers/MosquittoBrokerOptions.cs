namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>How a test's broker is set up.</summary>
public sealed record MosquittoBrokerOptions
{
    /// <summary>TLS with an authority of its own, for <c>localhost</c> and 127.0.0.1.</summary>
    public bool Tls { get; init; }

    /// <summary>Host names of the broker's certificate.</summary>
    public IReadOnlyList<string> TlsHostNames { get; init; } = ["localhost", "127.0.0.1"];

    /// <summary>Clients must show a certificate of the same authority.</summary>
    public bool TlsClientCertificate { get; init; }

    /// <summary>Null: anybody may connect.</summary>
    public IReadOnlyDictionary<string, string>? Passwords { get; init; }

    /// <summary>The text of an ACL file. Null: everything is allowed.</summary>
    public string? Acl { get; init; }

    /// <summary>Announced on MQTT 5; a larger packet ends a 3.1.1 connection.</summary>
    public int? MaximumPacketBytes { get; init; }

    /// <summary>Refused per message, not announced.</summary>
    public int? MaximumPayloadBytes { get; init; }

    /// <summary>Retained messages and sessions outlive an orderly restart.</summary>
    public bool Persistence { get; init; }

    /// <summary>Clients come by websocket instead of TCP.</summary>
    public bool WebSocket { get; init; }

    /// <summary>Lines for the configuration file.</summary>
    public string Extra { get; init; } = "";
}
