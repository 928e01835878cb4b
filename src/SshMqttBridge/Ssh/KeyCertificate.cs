namespace SshMqttBridge.Ssh;

/// <summary>The file of a private key's OpenSSH certificate.</summary>
internal static class KeyCertificate
{
    private const string Suffix = "-cert.pub";

    /// <summary>Like OpenSSH: a configured certificate must exist; one beside the key is used if it exists.</summary>
    /// <returns>The certificate's path; null: the key has none.</returns>
    /// <exception cref="SshConnectionException">The configured certificate does not exist.</exception>
    public static string? Find(SshPrivateKey key)
    {
        if (key.CertificateFile is { } configured)
        {
            return File.Exists(configured)
                ? configured
                : throw PrivateKeyLoader.Unusable($"the certificate {configured} is missing");
        }

        return FindBeside(key.File);
    }

    /// <summary>Finds <c>KEY-cert.pub</c>.</summary>
    /// <returns>The certificate's path; null: the file does not exist.</returns>
    public static string? FindBeside(string keyFile)
    {
        var path = keyFile + Suffix;
        return File.Exists(path) ? path : null;
    }
}
