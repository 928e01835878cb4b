namespace SshMqttBridge.Ssh;

/// <summary>The types of host keys that the bridge can verify, by their names on the wire (RFC 4253 §6.6).</summary>
internal static class HostKeyTypes
{
    public const string Rsa = "ssh-rsa";

    private const string Ed25519 = "ssh-ed25519";

    private static readonly string[] Ecdsa = ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"];

    /// <summary>The types that are also signature algorithms, with the curve that is fastest to verify first.</summary>
    public static IReadOnlyList<string> EllipticCurves { get; } = [Ed25519, .. Ecdsa];

    /// <summary>All types, in the order of <see cref="EllipticCurves"/>.</summary>
    public static IReadOnlyList<string> FastestFirst { get; } = [.. EllipticCurves, Rsa];

    /// <summary>All types, with the larger ECDSA curves first.</summary>
    public static IReadOnlyList<string> StrongestFirst { get; } = [Ed25519, .. Enumerable.Reverse(Ecdsa), Rsa];
}
