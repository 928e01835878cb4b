using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh;

/// <summary>Says that client and server have no algorithm in common: of which kind, what the server offers, and which setting allows it.</summary>
internal static class AlgorithmMismatch
{
    private const int OfferLength = 600;

    /// <param name="offered">What the server offers, as it sent it.</param>
    public static SshConnectionException Explain(
        AlgorithmCatalog catalog,
        SshConnectRequest request,
        AlgorithmKind kind,
        IReadOnlyList<string> offered
    )
    {
        var allowed = catalog.Allowed(kind, request.Algorithms);
        var message =
            $"no {NameOf(kind)} in common with {request.Host}:{request.Port}: it offers {Printable.Text(string.Join(", ", offered), OfferLength)}";
        if (kind == AlgorithmKind.HostKeys && offered.FirstOrDefault(allowed.Contains) is not null)
        {
            // One would be allowed, but the key that is known of this server is of another type.
            return new SshConnectionException(
                SshFault.HostKey,
                $"{message}; it is known by a key of the type {string.Join(" or ", request.HostKeyTypes)}"
            );
        }

        return new SshConnectionException(SshFault.Connect, $"{message}. {Remedy(catalog, kind, offered)}");
    }

    private static string Remedy(AlgorithmCatalog catalog, AlgorithmKind kind, IReadOnlyList<string> offered)
    {
        if (offered.FirstOrDefault(catalog.Known(kind).Contains) is { } known)
        {
            return $"To allow it: algorithms: {{{KeyOf(kind)}: +{known}}}";
        }

        return $"The bridge knows none of them; it knows {string.Join(", ", catalog.Known(kind))}";
    }

    /// <summary>The key in the configuration.</summary>
    public static string KeyOf(AlgorithmKind kind) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

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
