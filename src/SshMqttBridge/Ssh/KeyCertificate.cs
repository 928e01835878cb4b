namespace SshMqttBridge.Ssh;

/// <summary>The OpenSSH certificate that lies beside a private key, in <c>KEY-cert.pub</c>.</summary>
internal static class KeyCertificate
{
    private const string Suffix = "-cert.pub";

    /// <returns>The certificate's path; null: the file does not exist.</returns>
    public static string? FindBeside(string keyFile)
    {
        var path = keyFile + Suffix;
        return File.Exists(path) ? path : null;
    }
}
