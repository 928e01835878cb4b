namespace SshMqttBridge.Configuration;

/// <summary>Whether users of the web console may upload files to the base directory, list them and download them.</summary>
internal enum BrowserFiles
{
    /// <summary>
    /// If a server accepts every command and copies files in both directions: its users can already read and write all files of
    /// the base directory, by way of that server.
    /// </summary>
    Automatic,

    /// <summary>If a server accepts transfers.</summary>
    Always,
    Never,
}
