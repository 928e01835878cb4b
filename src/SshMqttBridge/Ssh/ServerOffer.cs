namespace SshMqttBridge.Ssh;

/// <summary>The algorithms that a server offers in its key exchange (RFC 4253 §7.1); an empty list: unknown.</summary>
internal sealed record ServerOffer(
    IReadOnlyList<string> KeyExchange,
    IReadOnlyList<string> HostKeys,
    IReadOnlyList<string> Ciphers,
    IReadOnlyList<string> Macs
)
{
    /// <summary>The first kind without a common algorithm; null: there is one of each kind.</summary>
    /// <param name="hostKeys">The host key algorithms that the bridge offered.</param>
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
            : cipher is not null && !AlgorithmCatalog.IsAead(cipher) && Lacks(Macs, Allowed(AlgorithmKind.Macs))
                ? (AlgorithmKind.Macs, Macs)
            : null;
    }

    private static bool Lacks(IReadOnlyList<string> offered, IReadOnlyList<string> allowed) =>
        offered.Count > 0 && !offered.Any(allowed.Contains);
}
