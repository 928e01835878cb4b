using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>Reads private keys (PEM and OpenSSH) and their certificates.</summary>
internal static unsafe class PrivateKeyFile
{
    // The largest keys have some 13 KiB: a larger file is not a key.
    private const long MaximumBytes = 1024 * 1024;

    /// <returns>The key; the caller disposes it.</returns>
    /// <exception cref="SshConnectionException">The file cannot be read, is not a key, or is encrypted and the passphrase does
    /// not decrypt it.</exception>
    public static KeyHandle Load(SshPrivateKey key)
    {
        var text = Read(key.File);
        if (CredentialResolver.IsPuttyKey(text))
        {
            throw Unusable(
                $"the key {key.File} is in PuTTY's format, which libssh does not support: "
                    + "use 'sshLibrary: sshnet', or convert the key with puttygen -O private-openssh"
            );
        }

        var passphrase = key.Passphrase is null ? null : SessionHandle.NullTerminated(key.Passphrase.Reveal());
        try
        {
            // Without a passphrase first, to find out whether one is needed.
            var asked = false;
            if (NativeMethods.ImportPrivateKeyBase64(text, null, &OnAsked, &asked, out var pointer) == NativeMethods.Ok)
            {
                return new KeyHandle(pointer);
            }

            if (!asked)
            {
                throw Unusable($"the file {key.File} is not a private key in PEM or OpenSSH format");
            }

            if (passphrase is null)
            {
                throw Unusable($"the key {key.File} is encrypted and needs a passphrase");
            }

            if (NativeMethods.ImportPrivateKeyBase64(text, passphrase, &OnAsked, &asked, out pointer) == NativeMethods.Ok)
            {
                return new KeyHandle(pointer);
            }

            throw Unusable($"the passphrase does not open the key {key.File}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
            CryptographicOperations.ZeroMemory(passphrase);
        }
    }

    /// <summary>Like OpenSSH: a configured certificate must exist; one beside the key is used if it exists.</summary>
    /// <returns>The key with its certificate, which the caller disposes; null: there is no certificate.</returns>
    /// <exception cref="SshConnectionException">The certificate file cannot be used.</exception>
    public static KeyHandle? Certify(KeyHandle key, SshPrivateKey file)
    {
        var path = file.CertificateFile ?? KeyCertificate.FindBeside(file.File);
        if (path is null)
        {
            return null;
        }

        if (NativeMethods.ImportCertificateFile(path, out var pointer) != NativeMethods.Ok)
        {
            throw Unusable(File.Exists(path) ? $"the file {path} is not a certificate" : $"the certificate {path} is missing");
        }

        using KeyHandle certificate = new(pointer);
        KeyHandle certified = new(NativeMethods.KeyDuplicate(key));
        if (NativeMethods.CopyCertificateToPrivateKey(certificate, certified) != NativeMethods.Ok)
        {
            certified.Dispose();
            throw Unusable($"the file {path} is not a certificate");
        }

        return certified;
    }

    // With a terminating null, which libssh requires.
    private static byte[] Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length > MaximumBytes)
            {
                throw Unusable($"the file {file} is too large to be a private key");
            }

            var text = new byte[stream.Length + 1];
            stream.ReadExactly(text, 0, text.Length - 1);
            return text;
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

    // Always set: without it the crypto library would ask on the terminal.
    [UnmanagedCallersOnly]
    private static int OnAsked(nint prompt, byte* buffer, nuint length, int echo, int verify, void* asked)
    {
        *(bool*)asked = true;
        return NativeMethods.Error;
    }

    private static SshConnectionException Unusable(string message, Exception? inner = null) =>
        new(SshFault.Authentication, message, inner);
}
