namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Which algorithms a key of the user is tried with at login.</summary>
internal static class SignatureAlgorithms
{
    private const string Certificate = "-cert-v01@openssh.com";

    public static bool IsCertificate(string name) => name.EndsWith(Certificate, StringComparison.Ordinal);

    /// <summary>
    /// The allowed ones that fit the key. Of RSA the best, and <c>ssh-rsa</c> behind it where it is allowed: the server does not say beforehand which it takes, and each try counts with it.
    /// </summary>
    /// <param name="type">The key's type, or the certificate's.</param>
    /// <param name="allowed">Best first.</param>
    public static IReadOnlyList<string> For(string type, IReadOnlyList<string> allowed)
    {
        var suffix = IsCertificate(type) ? Certificate : "";
        var plain = suffix.Length > 0 ? type[..^suffix.Length] : type;
        var fitting = allowed.Where(name => AlgorithmCatalog.TypeOf(name) == plain).ToList();
        var best = fitting.FirstOrDefault();
        return [.. fitting.Where(name => name == best || name == HostKeyTypes.Rsa).Select(name => name + suffix)];
    }
}
