using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh;

/// <summary>
/// Describes a key exchange without a common algorithm: the kind, what the server offers, and the setting that allows it.
/// </summary>
internal static class AlgorithmMismatch
{
    private const int OfferLength = 600;

    /// <param name="offered">The algorithms that the server sent.</param>
    public static SshConnectionException Explain(
        AlgorithmCatalog catalog,
        SshConnectRequest request,
        AlgorithmKind kind,
        IReadOnlyList<string> offered
    )
    {
        var allowed = catalog.Allowed(kind, request.Algorithms);
        var message =
            $"no {NameOf(kind)} in common with {request.Host}:{request.Port}: "
            + $"it offers {Printable.Text(string.Join(", ", offered), OfferLength)}";
        if (kind == AlgorithmKind.HostKeys && offered.FirstOrDefault(allowed.Contains) is not null)
        {
            // An offered algorithm is allowed, but the server's known key has another type.
            return new SshConnectionException(
                SshFault.HostKey,
                $"{message}; the known host key has the type {string.Join(" or ", request.HostKeyTypes)}"
            );
        }

        return new SshConnectionException(SshFault.Connect, $"{message}. {Remedy(catalog, kind, offered)}");
    }

    private static string Remedy(AlgorithmCatalog catalog, AlgorithmKind kind, IReadOnlyList<string> offered)
    {
        if (offered.FirstOrDefault(catalog.Known(kind).Contains) is { } known)
        {
            return $"To allow it, set algorithms: {{{KeyOf(kind)}: +{known}}}";
        }

        return $"The bridge supports none of them. It supports {string.Join(", ", catalog.Known(kind))}";
    }

    /// <summary>The key in the configuration.</summary>
    public static string KeyOf(AlgorithmKind kind) => CamelCase.Of(kind);

    private static string NameOf(AlgorithmKind kind) =>
        kind switch
        {
            AlgorithmKind.HostKeys => "host key algorithm",
            AlgorithmKind.KeyExchange => "key exchange",
            AlgorithmKind.Ciphers => "cipher",
            AlgorithmKind.Macs => "MAC",
            _ => "signature algorithm",
        };
}
