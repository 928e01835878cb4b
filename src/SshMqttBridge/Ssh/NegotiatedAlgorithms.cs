namespace SshMqttBridge.Ssh;

/// <summary>The negotiated algorithms (RFC 4253 §7.1), by their names on the wire.</summary>
/// <param name="KeyExchange">For example <c>mlkem768x25519-sha256</c>.</param>
/// <param name="HostKey">The signature algorithm of the host key; null: the library does not report it.</param>
/// <param name="CipherOut">From the bridge to the server.</param>
/// <param name="CipherIn">From the server to the bridge.</param>
/// <param name="MacOut">Null where the cipher authenticates by itself.</param>
/// <param name="MacIn">Null where the cipher authenticates by itself.</param>
internal sealed record NegotiatedAlgorithms(
    string KeyExchange,
    string? HostKey,
    string CipherOut,
    string CipherIn,
    string? MacOut,
    string? MacIn
);
