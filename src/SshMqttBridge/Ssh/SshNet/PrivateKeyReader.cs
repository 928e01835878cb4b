using Renci.SshNet;
using Renci.SshNet.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Reads private keys (PEM, OpenSSH, PuTTY) and their certificates.</summary>
internal static class PrivateKeyReader
{
    // The largest keys have some 13 KiB: a larger file is not a key.
    private const long MaximumBytes = 1024 * 1024;

    /// <returns>The key, with its certificate if there is one; the caller disposes it.</returns>
    /// <exception cref="SshConnectionException">A file cannot be read, is not a key, or is encrypted and the passphrase does not
    /// decrypt it.</exception>
    public static PrivateKeyFile Read(SshPrivateKey key)
    {
        var certificate = CertificateOf(key);
        var content = ReadFile(key.File);

        // Without a passphrase first, to find out whether one is needed.
        if (TryRead(content, passphrase: null, certificate, key.File, out var plain, out var needsPassphrase))
        {
            return plain!;
        }

        if (!needsPassphrase)
        {
            throw Unusable($"the file {key.File} is not a private key in PEM, OpenSSH or PuTTY format");
        }

        if (key.Passphrase is null)
        {
            throw Unusable($"the key {key.File} is encrypted and needs a passphrase");
        }

        return TryRead(content, key.Passphrase.Reveal(), certificate, key.File, out var opened, out _)
            ? opened!
            : throw Unusable($"the passphrase does not open the key {key.File}");
    }

    /// <summary>Like OpenSSH: a configured certificate must exist; one beside the key is used if it exists.</summary>
    private static string? CertificateOf(SshPrivateKey key)
    {
        if (key.CertificateFile is { } named)
        {
            return File.Exists(named) ? named : throw Unusable($"the certificate {named} is missing");
        }

        return KeyCertificate.FindBeside(key.File);
    }

    private static byte[] ReadFile(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length > MaximumBytes)
            {
                throw Unusable($"the file {file} is too large to be a private key");
            }

            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unusable($"the key {file} is missing", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"the key {file} cannot be read: {exception.Message}", exception);
        }
    }

    private static bool TryRead(
        byte[] content,
        string? passphrase,
        string? certificate,
        string file,
        out PrivateKeyFile? key,
        out bool needsPassphrase
    )
    {
        key = null;
        needsPassphrase = false;
        try
        {
            using MemoryStream stream = new(content);
            using var certificateStream = certificate is null ? null : File.OpenRead(certificate);
            key = new PrivateKeyFile(stream, passphrase, certificateStream);
            return true;
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
            needsPassphrase = true;
        }
        catch (Exception exception)
            when (certificate is not null && exception.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase))
        {
            throw Unusable($"the file {certificate} is not a certificate of the key {file}", exception);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // For some formats the parser reports a missing passphrase as a different error.
            needsPassphrase = passphrase is null && IsEncrypted(content);
        }

        return false;
    }

    private static bool IsEncrypted(ReadOnlySpan<byte> content) =>
        content.IndexOf("BEGIN ENCRYPTED PRIVATE KEY"u8) >= 0
        || content.IndexOf("ENCRYPTED"u8) >= 0
        || (content.IndexOf("PuTTY-User-Key-File"u8) >= 0 && content.IndexOf("Encryption: none"u8) < 0);

    private static SshConnectionException Unusable(string message, Exception? inner = null) =>
        new(SshFault.Authentication, message, inner);
}
