using Renci.SshNet;
using Renci.SshNet.Common;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Reads private keys (PEM, OpenSSH, PuTTY) and their certificates.</summary>
internal static class PrivateKeyReader
{
    /// <returns>The key, with its certificate if there is one; the caller disposes it.</returns>
    /// <exception cref="SshConnectionException">A file cannot be read, is not a key, or is encrypted and the passphrase does not
    /// decrypt it.</exception>
    public static PrivateKeyFile Read(SshPrivateKey key)
    {
        var certificate = KeyCertificate.Find(key);
        var content = PrivateKeyLoader.ReadFile(key.File);
        return PrivateKeyLoader.Open(
            key,
            "PEM, OpenSSH or PuTTY",
            (Secret? passphrase, out bool needsPassphrase) =>
                TryRead(content, passphrase?.Reveal(), certificate, key.File, out needsPassphrase)
        );
    }

    private static PrivateKeyFile? TryRead(
        byte[] content,
        string? passphrase,
        string? certificate,
        string file,
        out bool needsPassphrase
    )
    {
        needsPassphrase = false;
        try
        {
            using MemoryStream stream = new(content);
            using var certificateStream = certificate is null ? null : File.OpenRead(certificate);
            return new PrivateKeyFile(stream, passphrase, certificateStream);
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
            needsPassphrase = true;
        }
        catch (Exception exception)
            when (certificate is not null && exception.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase))
        {
            throw PrivateKeyLoader.Unusable($"the file {certificate} is not a certificate of the key {file}", exception);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // For some formats the parser reports a missing passphrase as a different error.
            needsPassphrase = passphrase is null && IsEncrypted(content);
        }

        return null;
    }

    private static bool IsEncrypted(ReadOnlySpan<byte> content) =>
        content.IndexOf("BEGIN ENCRYPTED PRIVATE KEY"u8) >= 0
        || content.IndexOf("ENCRYPTED"u8) >= 0
        || (content.IndexOf("PuTTY-User-Key-File"u8) >= 0 && content.IndexOf("Encryption: none"u8) < 0);
}
