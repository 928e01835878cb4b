using System.Runtime.Intrinsics.Arm;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh;

/// <summary>
/// The algorithms that a library supports, best first, and the defaults among them, which exclude SHA-1, CBC, and groups of
/// 1,024 and 8,192 bits.
/// </summary>
internal sealed class AlgorithmCatalog
{
    private static readonly string[] RsaKeys = ["rsa-sha2-512", "rsa-sha2-256"];

    private static readonly string[] GoodExchanges =
    [
        "mlkem768x25519-sha256",
        "sntrup761x25519-sha512",
        "sntrup761x25519-sha512@openssh.com",
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group-exchange-sha256",
    ];

    /// <summary>8,192 bits take seconds of processor time, and whoever offers it offers others too.</summary>
    private const string SlowExchange = "diffie-hellman-group18-sha512";

    private static readonly string[] OldExchanges =
    [
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group1-sha1",
    ];

    private static readonly string[] GcmCiphers = ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com"];
    private static readonly string[] ChaChaCiphers = ["chacha20-poly1305@openssh.com"];
    private static readonly string[] CtrCiphers = ["aes128-ctr", "aes192-ctr", "aes256-ctr"];
    private static readonly string[] OldCiphers = ["aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"];

    private static readonly string[] GoodMacs =
    [
        "hmac-sha2-256-etm@openssh.com",
        "hmac-sha2-512-etm@openssh.com",
        "hmac-sha2-256",
        "hmac-sha2-512",
    ];

    private static readonly string[] OldMacs = ["hmac-sha1-etm@openssh.com", "hmac-sha1"];

    private readonly Dictionary<AlgorithmKind, IReadOnlyList<string>> _defaults;
    private readonly Dictionary<AlgorithmKind, IReadOnlyList<string>> _others;

    private AlgorithmCatalog(SshLibrary library)
    {
        Library = library;
        IReadOnlyList<string> keys = [.. HostKeyTypes.EllipticCurves, .. RsaKeys];
        IReadOnlyList<string> ciphers = HasAes
            ? [.. GcmCiphers, .. ChaChaCiphers, .. CtrCiphers]
            : [.. ChaChaCiphers, .. GcmCiphers, .. CtrCiphers];
        _defaults = new()
        {
            [AlgorithmKind.HostKeys] = keys,
            [AlgorithmKind.KeyExchange] = GoodExchanges,
            [AlgorithmKind.Ciphers] = ciphers,
            [AlgorithmKind.Macs] = GoodMacs,
            [AlgorithmKind.Signatures] = keys,
        };
        _others = new()
        {
            [AlgorithmKind.HostKeys] = [HostKeyTypes.Rsa],
            [AlgorithmKind.KeyExchange] = [SlowExchange, .. OldExchanges],
            [AlgorithmKind.Ciphers] = OldCiphers,
            [AlgorithmKind.Macs] = OldMacs,
            [AlgorithmKind.Signatures] = [HostKeyTypes.Rsa],
        };
    }

    private static AlgorithmCatalog SshNet { get; } = new(SshLibrary.SshNet);

    // An older libssh ignores algorithms that it does not support.
    private static AlgorithmCatalog LibSsh { get; } = new(SshLibrary.LibSsh);

    public SshLibrary Library { get; }

    /// <summary>AES-GCM is the fastest by far where the processor has instructions for it.</summary>
    private static bool HasAes => System.Runtime.Intrinsics.X86.Aes.IsSupported || Aes.IsSupported;

    public static AlgorithmCatalog Of(SshLibrary library) => library == SshLibrary.LibSsh ? LibSsh : SshNet;

    /// <summary>The algorithms that are used unless the configuration sets others.</summary>
    public IReadOnlyList<string> Default(AlgorithmKind kind) => _defaults[kind];

    /// <summary>All algorithms that the library supports.</summary>
    public IReadOnlyList<string> Known(AlgorithmKind kind) => [.. _defaults[kind], .. _others[kind]];

    /// <summary>The algorithms that may be used with a server.</summary>
    public IReadOnlyList<string> Allowed(AlgorithmKind kind, AlgorithmOptions options) =>
        kind switch
        {
            AlgorithmKind.HostKeys => options.HostKeys,
            AlgorithmKind.KeyExchange => options.KeyExchange,
            AlgorithmKind.Ciphers => options.Ciphers,
            AlgorithmKind.Macs => options.Macs,
            _ => options.Signatures,
        } ?? Default(kind);

    /// <summary>The host key algorithms to offer: the allowed ones, in the order of the requested key types.</summary>
    /// <exception cref="SshConnectionException">No algorithm for the requested key types is allowed.</exception>
    public IReadOnlyList<string> HostKeysFor(SshConnectRequest request)
    {
        var allowed = Allowed(AlgorithmKind.HostKeys, request.Algorithms);
        if (request.HostKeyTypes.Count == 0)
        {
            return allowed;
        }

        IReadOnlyList<string> offered = [.. request.HostKeyTypes.SelectMany(type => allowed.Where(name => TypeOf(name) == type))];
        return offered.Count > 0
            ? offered
            : throw new SshConnectionException(
                SshFault.HostKey,
                $"{request.Host}:{request.Port} has a known host key, "
                    + $"but no host key algorithm for its type is allowed: {string.Join(", ", request.HostKeyTypes)}"
            );
    }

    /// <summary>Whether the cipher authenticates by itself, without a MAC.</summary>
    public static bool IsAead(string cipher) => GcmCiphers.Contains(cipher) || ChaChaCiphers.Contains(cipher);

    /// <summary>The type of the key that an algorithm signs with: an RSA key has several.</summary>
    public static string TypeOf(string algorithm) =>
        algorithm.StartsWith("rsa-sha2-", StringComparison.Ordinal) ? HostKeyTypes.Rsa : algorithm;
}
