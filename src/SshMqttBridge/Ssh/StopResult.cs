namespace SshMqttBridge.Ssh;

/// <summary>What is known after an attempt to stop a command.</summary>
internal enum StopResult
{
    /// <summary>The command has ended: the server reported it, or a script on the server no longer found its processes.</summary>
    Ended,

    /// <summary>The command may still be running.</summary>
    Unconfirmed,

    /// <summary>The connection is lost, or the server did not respond at all; the command may still be running.</summary>
    NoResponse,
}
