namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Selects the signature algorithms that are tried with a user's key.</summary>
internal static class SignatureAlgorithms
{
    private const string Certificate = "-cert-v01@openssh.com";

    public static bool IsCertificate(string name) => name.EndsWith(Certificate, StringComparison.Ordinal);

    /// <summary>
    /// The allowed algorithms of the key. For RSA the best one, and <c>ssh-rsa</c> after it if allowed: the server does not
    /// announce which it accepts, and counts each attempt.
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
