namespace SshMqttBridge.Configuration;

/// <summary>Which algorithms may be used with a server, best first, by their names on the wire. Null: the default of the library that carries the connection.</summary>
internal sealed record AlgorithmOptions
{
    public static AlgorithmOptions Default { get; } = new();

    /// <summary>What a server may prove its host key with, as <c>rsa-sha2-512</c>.</summary>
    public IReadOnlyList<string>? HostKeys { get; init; }

    public IReadOnlyList<string>? KeyExchange { get; init; }

    public IReadOnlyList<string>? Ciphers { get; init; }

    public IReadOnlyList<string>? Macs { get; init; }

    /// <summary>What the user's own key may sign with at login.</summary>
    public IReadOnlyList<string>? Signatures { get; init; }
}
