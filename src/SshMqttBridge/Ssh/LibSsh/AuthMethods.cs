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
    /// <summary>Lists the names of the methods on the wire.</summary>
    public static string Describe(this AuthMethods methods)
    {
        (AuthMethods Method, string Name)[] names =
        [
            (AuthMethods.PublicKey, "publickey"),
            (AuthMethods.Password, "password"),
            (AuthMethods.KeyboardInteractive, "keyboard-interactive"),
            (AuthMethods.HostBased, "hostbased"),
            (AuthMethods.Gssapi, "gssapi-with-mic"),
        ];
        var list = string.Join(", ", names.Where(name => methods.HasFlag(name.Method)).Select(name => name.Name));
        return list.Length > 0 ? list : "no supported method";
    }
}
