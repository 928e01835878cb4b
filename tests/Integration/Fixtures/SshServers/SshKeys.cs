using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>Makes keys and certificates with ssh-keygen.</summary>
internal static class SshKeys
{
    /// <param name="path">Of the private key; the public one gets <c>.pub</c>.</param>
    /// <param name="type"><c>ed25519</c>, <c>ecdsa</c> or <c>rsa</c>.</param>
    /// <param name="format">Null for OpenSSH's own; <c>PEM</c> or <c>PKCS8</c> otherwise.</param>
    /// <returns>The path.</returns>
    public static async Task<string> GenerateAsync(
        string path,
        string type = "ed25519",
        string passphrase = "",
        string? format = null
    )
    {
        string[] formatting = format is null ? [] : ["-m", format];
        await ChildProcess.RunAsync("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-f", path, "-C", "test", .. formatting]);
        return path;
    }

    /// <summary>Signs a user's key, for that login name.</summary>
    /// <returns>The certificate's path, <c>KEY-cert.pub</c>.</returns>
    public static async Task<string> CertifyAsync(string authority, string key, string user)
    {
        await ChildProcess.RunAsync("ssh-keygen", "-q", "-s", authority, "-I", "test", "-n", user, $"{key}.pub");
        return $"{key}-cert.pub";
    }

    /// <summary>The line for authorized_keys.</summary>
    public static string PublicKey(string path) => File.ReadAllText($"{path}.pub").Trim();
}
