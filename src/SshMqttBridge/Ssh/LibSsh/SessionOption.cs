namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>The values of ssh_options_e that the bridge uses.</summary>
internal enum SessionOption
{
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
