namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>The authentication methods of a server, as returned by ssh_userauth_list.</summary>
[Flags]
internal enum AuthMethods
{
    None = 0,
    Password = 0x02,
    PublicKey = 0x04,
    HostBased = 0x08,
    KeyboardInteractive = 0x10,
    Gssapi = 0x20,
}

internal static class AuthMethodsExtensions
{
    private static readonly (AuthMethods Method, string Name)[] KnownMethods =
    [
        (AuthMethods.PublicKey, "publickey"),
        (AuthMethods.Password, "password"),
        (AuthMethods.KeyboardInteractive, "keyboard-interactive"),
        (AuthMethods.HostBased, "hostbased"),
        (AuthMethods.Gssapi, "gssapi-with-mic"),
    ];

    /// <summary>The names of the methods, as in the protocol.</summary>
    public static IReadOnlyList<string> Names(this AuthMethods methods) =>
        [.. KnownMethods.Where(known => methods.HasFlag(known.Method)).Select(known => known.Name)];
}
