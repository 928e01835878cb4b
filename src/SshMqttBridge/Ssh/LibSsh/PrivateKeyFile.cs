using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>Reads private keys (PEM and OpenSSH) and their certificates.</summary>
internal static unsafe class PrivateKeyFile
{
    /// <returns>The key; the caller disposes it.</returns>
    /// <exception cref="SshConnectionException">The file cannot be read, is not a key, or is encrypted and the passphrase does
    /// not decrypt it.</exception>
    public static KeyHandle Load(SshPrivateKey key)
    {
        // libssh requires a terminating null.
        var text = PrivateKeyLoader.ReadFile(key.File, trailingZeros: 1);
        if (CredentialResolver.IsPuttyKey(text))
        {
            throw PrivateKeyLoader.Unusable(
                $"the key {key.File} is in PuTTY's format, which libssh does not support: "
                    + "use 'sshLibrary: sshnet', or convert the key with puttygen -O private-openssh"
            );
        }

        try
        {
            return PrivateKeyLoader.Open(
                key,
                "PEM or OpenSSH",
                (Secret? passphrase, out bool needsPassphrase) => Import(text, passphrase, out needsPassphrase)
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <returns>The key with its certificate, which the caller disposes; null: there is no certificate.</returns>
    /// <exception cref="SshConnectionException">The certificate file cannot be used.</exception>
    public static KeyHandle? Certify(KeyHandle key, SshPrivateKey file)
    {
        if (KeyCertificate.Find(file) is not { } path)
        {
            return null;
        }

        if (NativeMethods.ImportCertificateFile(path, out var pointer) != NativeMethods.Ok)
        {
            throw PrivateKeyLoader.Unusable($"the file {path} is not a certificate");
        }

        using KeyHandle certificate = new(pointer);
        KeyHandle certified = new(NativeMethods.KeyDuplicate(key));
        if (NativeMethods.CopyCertificateToPrivateKey(certificate, certified) != NativeMethods.Ok)
        {
            certified.Dispose();
            throw PrivateKeyLoader.Unusable($"the file {path} is not a certificate");
        }

        return certified;
    }

    private static KeyHandle? Import(byte[] text, Secret? passphrase, out bool needsPassphrase)
    {
        var secret = passphrase is null ? null : SessionHandle.NullTerminated(passphrase.Reveal());
        try
        {
            var asked = false;
            var result = NativeMethods.ImportPrivateKeyBase64(text, secret, &OnAsked, &asked, out var pointer);
            needsPassphrase = asked;
            return result == NativeMethods.Ok ? new KeyHandle(pointer) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    // Always set: without it the crypto library would ask on the terminal.
    [UnmanagedCallersOnly]
    private static int OnAsked(nint prompt, byte* buffer, nuint length, int echo, int verify, void* asked)
    {
        *(bool*)asked = true;
        return NativeMethods.Error;
    }
}
