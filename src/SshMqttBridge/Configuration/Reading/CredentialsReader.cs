using SshMqttBridge.Common;
using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the credentials of a server's user.</summary>
internal static class CredentialsReader
{
    /// <summary>Returns the options with the credentials, as far as they are valid; the rest are faults.</summary>
    /// <param name="secretWritten">Whether the configuration file contains a secret of this server.</param>
    public static ServerOptions Read(SectionReader section, ServerOptions options, out bool secretWritten)
    {
        var password = section.ReadSecret(ServerSettings.Password, ServerSettings.PasswordFile, out var passwordWritten);
        var keyFile = password is null ? null : CredentialResolver.KeyFileNamedBy(password, options.KeyDirectory);
        if (keyFile is not null && SmallFile.TryRead(keyFile, 0, out var key, out _))
        {
            section.Context.Diagnostics.WarnIfExposed(keyFile, key.IsExposed);
        }

        var passphrase = section.ReadSecret(ServerSettings.Passphrase, ServerSettings.PassphraseFile, out var passphraseWritten);
        secretWritten = passphraseWritten || (passwordWritten && keyFile is null);
        var certificate = section.ReadExisting(ServerSettings.CertificateFile);
        var hasKey = section.Has(ServerSettings.PrivateKeyFile) || keyFile is not null;
        if (certificate is not null && options.Id.Length > 0 && !hasKey)
        {
            section.Fault(ServerSettings.CertificateFile, "is set without its key; set 'privateKeyFile', too");
        }

        return options with
        {
            Password = password,
            PrivateKeyFile = section.ReadExisting(ServerSettings.PrivateKeyFile),
            Passphrase = passphrase,
            CertificateFile = certificate,
            Agent = section.ReadValue(ServerSettings.Agent),
        };
    }
}
