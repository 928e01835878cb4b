namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>Methods that a server offers, as ssh_userauth_list gives them.</summary>
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
    /// <summary>By their names on the wire.</summary>
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
        return list.Length > 0 ? list : "no method that is known here";
    }
}
