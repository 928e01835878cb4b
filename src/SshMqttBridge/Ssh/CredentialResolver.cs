using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh;

/// <summary>
/// Resolves the user name and credentials from the server's options and the overrides of a message. Reads files, keeps nothing.
/// </summary>
internal static class CredentialResolver
{
    private const int HeaderBytes = 1024;
    private const int MaximumFileNameLength = 4096;

    /// <param name="user">Overrides the configured user; null: no override.</param>
    /// <param name="password">Overrides password and private key; null: no override. It may also be the name of a key
    /// file.</param>
    public static SshCredentials Resolve(ServerOptions options, string? user = null, Secret? password = null)
    {
        var secret = password ?? options.Password;
        var named = secret is null ? null : KeyFileNamedBy(secret, options.KeyDirectory);
        var keyFile = named ?? (password is null ? options.PrivateKeyFile : null);
        return new SshCredentials
        {
            User = user ?? options.User,
            Password = named is null ? secret : null,
            PrivateKey = keyFile is null
                ? null
                : new SshPrivateKey(keyFile, options.Passphrase, CertificateFor(keyFile, options)),
            Agent = options.Agent ?? (secret is null && keyFile is null),
        };
    }

    /// <summary>
    /// Returns the absolute path of the private key file that a password names, or null if it is only a password.
    /// </summary>
    /// <param name="directory">The base of relative names.</param>
    public static string? KeyFileNamedBy(Secret password, string directory)
    {
        var name = password.Reveal();
        if (name.Length is 0 or > MaximumFileNameLength || name.Any(char.IsControl))
        {
            return null;
        }

        var path = Path.GetFullPath(name, directory);
        return SmallFile.TryRead(path, HeaderBytes, out var file, out _) && ValidatePrivateKey(file.Content) is null
            ? path
            : null;
    }

    /// <summary>
    /// Returns why the file is not a private key, as it follows the name of the file; null: it begins like one.
    /// </summary>
    public static string? ValidatePrivateKey(ReadOnlyMemory<byte> beginning)
    {
        var text = beginning.Span;
        var begin = text.IndexOf("-----BEGIN "u8);
        return (begin >= 0 && text[begin..].IndexOf("PRIVATE KEY-----"u8) >= 0) || IsPuttyKey(text)
            ? null
            : "is not a private key in PEM, OpenSSH or PuTTY format";
    }

    /// <summary>Whether the file begins like a private key of PuTTY (<c>.ppk</c>).</summary>
    public static bool IsPuttyKey(ReadOnlySpan<byte> beginning) => beginning.StartsWith("PuTTY-User-Key-File-"u8);

    /// <summary>The configured certificate belongs to the configured key; another key may have its own beside it.</summary>
    private static string? CertificateFor(string keyFile, ServerOptions options)
    {
        var configured = options.PrivateKeyFile is null || options.PrivateKeyFile == keyFile ? options.CertificateFile : null;
        return configured ?? KeyCertificate.FindBeside(keyFile);
    }
}
