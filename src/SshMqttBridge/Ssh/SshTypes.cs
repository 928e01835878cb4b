using System.Security.Cryptography;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh;

/// <summary>The parameters of a connection.</summary>
internal sealed record SshConnectRequest
{
    public required string Host { get; init; }
    public required int Port { get; init; }
    public required SshCredentials Credentials { get; init; }

    /// <summary>
    /// How long the caller waits for the connection at most, from the first packet to the end of authentication. Default 10 s.
    /// The token ends the waiting; an adapter that holds a thread or a descriptor for a server that does not answer frees it
    /// within this time at the latest.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The allowed algorithms. Default: those of the library that are considered secure.</summary>
    public AlgorithmOptions Algorithms { get; init; } = AlgorithmOptions.Default;

    /// <summary>
    /// Host key types to request, best first, for example <c>ssh-ed25519</c>. For a server with a known key, the type of that key
    /// comes first. Empty: the order of the adapter.
    /// </summary>
    public IReadOnlyList<string> HostKeyTypes { get; init; } = [];

    /// <summary>Verifies the server's key before authentication: null accepts it; otherwise the reason why not.</summary>
    public required Func<HostKey, string?> RefuseHostKey { get; init; }

    /// <summary>
    /// Called on any thread when the server has identified itself (RFC 4253 §4.2), by adapters that see it. Must not block. From
    /// here on the attempt costs processor time.
    /// </summary>
    public Action? Answered { get; init; }
}

/// <summary>The user name and the credentials, tried in this order: key (with certificate), agent, password.</summary>
internal sealed record SshCredentials
{
    public required string User { get; init; }

    /// <summary>
    /// Sent with the <c>password</c> method, or else as the answer to every prompt of <c>keyboard-interactive</c> that hides its
    /// input.
    /// </summary>
    public Secret? Password { get; init; }
    public SshPrivateKey? PrivateKey { get; init; }

    /// <summary>Whether to try the keys of the agent at <c>SSH_AUTH_SOCK</c>.</summary>
    public bool Agent { get; init; }
}

/// <summary>The file of a private key (PEM or OpenSSH format; PuTTY's where the library reads it).</summary>
/// <param name="File">Absolute path.</param>
/// <param name="Passphrase">Null: the file is not encrypted.</param>
/// <param name="CertificateFile">Absolute path of the key's certificate, or null.</param>
internal sealed record SshPrivateKey(string File, Secret? Passphrase, string? CertificateFile);

/// <summary>A server's public key.</summary>
/// <param name="Type">As in known hosts, for example <c>ssh-ed25519</c>, <c>ecdsa-sha2-nistp256</c>, <c>ssh-rsa</c>.</param>
/// <param name="Blob">The key in the wire format of RFC 4253 §6.6.</param>
internal sealed record HostKey(string Type, ReadOnlyMemory<byte> Blob)
{
    /// <summary><c>SHA256:</c> and the unpadded base64 of the hash, as ssh-keygen prints it.</summary>
    public string Fingerprint => "SHA256:" + Convert.ToBase64String(SHA256.HashData(Blob.Span)).TrimEnd('=');

    public bool Equals(HostKey? other) => other is not null && Type == other.Type && Blob.Span.SequenceEqual(other.Blob.Span);

    public override int GetHashCode() => Fingerprint.GetHashCode(StringComparison.Ordinal);
}

internal enum OutputStream
{
    StandardOutput,
    StandardError,
}

/// <summary>The result of one read.</summary>
/// <param name="Stream">The stream of the bytes; meaningless without bytes.</param>
/// <param name="Count">How many bytes were copied; 0: the end of the output.</param>
internal readonly record struct ProcessOutput(OutputStream Stream, int Count);

/// <summary>
/// How a process ended (RFC 4254 §6.10): a status, or the signal that killed it, or neither if the server reported none.
/// </summary>
/// <param name="Status">0 to 2³²−1 as the server sent it; POSIX systems send 0 to 255.</param>
/// <param name="Signal">Its name without SIG, for example <c>TERM</c>.</param>
internal sealed record ProcessExit(long? Status, string? Signal)
{
    public static ProcessExit Unknown { get; } = new(null, null);
}
