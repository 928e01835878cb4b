using SshMqttBridge.Common;

namespace SshMqttBridge.Configuration;

/// <summary>
/// The allowed algorithms for a server's connection, in order of preference, by their SSH names. Null: the default of the SSH
/// library.
/// </summary>
internal sealed record AlgorithmOptions
{
    public static AlgorithmOptions Default { get; } = new();

    /// <summary>Signature algorithms of the host key, for example <c>rsa-sha2-512</c>.</summary>
    public ValueList<string>? HostKeys { get; init; }

    public ValueList<string>? KeyExchange { get; init; }

    public ValueList<string>? Ciphers { get; init; }

    public ValueList<string>? Macs { get; init; }

    /// <summary>Signature algorithms of the user's key.</summary>
    public ValueList<string>? Signatures { get; init; }
}
