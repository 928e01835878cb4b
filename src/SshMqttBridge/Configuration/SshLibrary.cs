namespace SshMqttBridge.Configuration;

/// <summary>The library of a server's SSH connection.</summary>
internal enum SshLibrary
{
    /// <summary>SSH.NET, part of the program.</summary>
    SshNet,

    /// <summary>The system's libssh: no thread for each server, commands of up to 256,000 bytes.</summary>
    LibSsh,
}
