namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>ssh_options_e, as far as it is used.</summary>
internal enum SessionOption
{
    Host = 0,
    Descriptor = 3,
    SshDirectory = 5,
    KnownHosts = 8,
    CiphersOut = 15,
    CiphersIn = 16,
    KeyExchange = 24,
    HostKeys = 25,
    MacsOut = 29,
    MacsIn = 30,
    GlobalKnownHosts = 35,
    Signatures = 37,
    ProcessConfiguration = 38,
}
