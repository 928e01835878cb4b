namespace SshMqttBridge.Ssh;

/// <summary>What the <see cref="StopScript"/> reported.</summary>
internal enum StopScriptResult
{
    /// <summary>None of the processes is left.</summary>
    Ended,

    /// <summary>Some of the processes are left, or the script could not tell.</summary>
    Running,

    /// <summary>The script has not answered in time; it may still run.</summary>
    Unconfirmed,

    /// <summary>The script did not run: the server refused it, or ran something else in its place.</summary>
    NotRun,

    /// <summary>The server did not even answer the request for a channel.</summary>
    NoResponse,
}
