namespace SshMqttBridge.Configuration;

/// <summary>The result of a command for which the server returns neither an exit status nor a signal.</summary>
internal enum ExitStatusRule
{
    /// <summary>The command has failed.</summary>
    Required,

    /// <summary>The command has succeeded when its output has ended: some devices never return an exit status.</summary>
    Optional,
}
