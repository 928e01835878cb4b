namespace SshMqttBridge.Configuration;

/// <summary>How a command is stopped on its server.</summary>
internal enum StopRule
{
    /// <summary>By signals of SSH and, if that is not enough, by a script that the bridge runs on the server.</summary>
    Auto,

    /// <summary>Only by signals of SSH (RFC 4254 §6.9): the bridge never runs anything of its own to stop a command.</summary>
    Signal,
}
