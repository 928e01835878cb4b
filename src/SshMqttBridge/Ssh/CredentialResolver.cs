using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh;

/// <summary>Decides who to be and what proves it: the server's options, or what MQTT put in their place. Reads files, keeps nothing.</summary>
internal static class CredentialResolver
{
    private const int HeaderBytes = 1024;
    private const int LongestFileName = 4096;

    /// <param name="user">Overrides the configured user; null: does not.</param>
    /// <param name="password">Overrides password and private key; null: does not. It too may be a key file's name.</param>
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

    /// <summary>Returns the absolute path of the private key's file that a password names, or null if it is just a password.</summary>
    /// <param name="directory">What a relative name is relative to.</param>
    public static string? KeyFileNamedBy(Secret password, string directory)
    {
        var name = password.Reveal();
        if (name.Length is 0 or > LongestFileName || name.Any(char.IsControl))
        {
            return null;
        }

        var path = Path.GetFullPath(name, directory);
        return SmallFile.TryRead(path, HeaderBytes, out var file, out _) && ValidatePrivateKey(file.Content) is null
            ? path
            : null;
    }

    /// <summary>Says what is wrong with a private key's file, after its name, or null if it begins as one does.</summary>
    public static string? ValidatePrivateKey(ReadOnlyMemory<byte> beginning)
    {
        var text = beginning.Span;
        var begin = text.IndexOf("-----BEGIN "u8);
        return (begin >= 0 && text[begin..].IndexOf("PRIVATE KEY-----"u8) >= 0) || IsPuttyKey(text)
            ? null
            : "is not a private key in PEM, OpenSSH or PuTTY format";
    }

    /// <summary>Whether a private key's file begins as PuTTY's (<c>.ppk</c>) do.</summary>
    public static bool IsPuttyKey(ReadOnlySpan<byte> beginning) => beginning.StartsWith("PuTTY-User-Key-File-"u8);

    /// <summary>The certificate that was named belongs to the key that was configured; another key may have its own beside it.</summary>
    private static string? CertificateFor(string keyFile, ServerOptions options)
    {
        var configured = options.PrivateKeyFile is null || options.PrivateKeyFile == keyFile ? options.CertificateFile : null;
        var beside = keyFile + "-cert.pub";
        return configured ?? (File.Exists(beside) ? beside : null);
    }
}
