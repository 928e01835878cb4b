namespace SshMqttBridge.Configuration;

/// <summary>Where the value of a setting comes from.</summary>
internal enum ValueSource
{
    /// <summary>The setting is not given.</summary>
    Default,
    File,

    /// <summary>The section <c>defaults</c> of the file, for all servers.</summary>
    FileDefaults,
    Environment,
}
