namespace SshMqttBridge.Configuration;

/// <summary>Reads the configuration again while the bridge runs.</summary>
internal interface IConfigurationReload
{
    /// <summary>
    /// Reads the configuration and takes it over, if it is valid and needs no restart; otherwise nothing changes. Waits for the removed
    /// servers of an earlier reload.
    /// </summary>
    Task<ReloadOutcome> ReloadAsync();
}
