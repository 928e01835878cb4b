namespace SshMqttBridge.Ssh;

/// <summary>What a server offers in its key exchange (RFC 4253 §7.1), as far as it is known; an empty list: not known.</summary>
internal sealed record ServerOffer(
    IReadOnlyList<string> KeyExchange,
    IReadOnlyList<string> HostKeys,
    IReadOnlyList<string> Ciphers,
    IReadOnlyList<string> Macs
)
{
    private static readonly string[] Aead = ["-gcm@openssh.com", "chacha20-poly1305@openssh.com"];

    /// <summary>The first kind of algorithm of which both sides have none in common; null: they could agree.</summary>
    /// <param name="hostKeys">What was offered for the host key.</param>
    public (AlgorithmKind Kind, IReadOnlyList<string> Offered)? Mismatch(
        AlgorithmCatalog catalog,
        Configuration.AlgorithmOptions options,
        IReadOnlyList<string> hostKeys
    )
    {
        IReadOnlyList<string> Allowed(AlgorithmKind kind) => catalog.Allowed(kind, options);
        var cipher = Allowed(AlgorithmKind.Ciphers).FirstOrDefault(Ciphers.Contains);
        return Lacks(KeyExchange, Allowed(AlgorithmKind.KeyExchange)) ? (AlgorithmKind.KeyExchange, KeyExchange)
            : Lacks(HostKeys, hostKeys) ? (AlgorithmKind.HostKeys, HostKeys)
            : Lacks(Ciphers, Allowed(AlgorithmKind.Ciphers)) ? (AlgorithmKind.Ciphers, Ciphers)
            : cipher is not null
            && !Aead.Any(suffix => cipher.EndsWith(suffix, StringComparison.Ordinal))
            && Lacks(Macs, Allowed(AlgorithmKind.Macs))
                ? (AlgorithmKind.Macs, Macs)
            : null;
    }

    private static bool Lacks(IReadOnlyList<string> offered, IReadOnlyList<string> allowed) =>
        offered.Count > 0 && !offered.Any(allowed.Contains);
}
