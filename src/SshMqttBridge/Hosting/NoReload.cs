using SshMqttBridge.Configuration;

namespace SshMqttBridge.Hosting;

/// <summary>For a bridge whose configuration comes from no file.</summary>
internal sealed class NoReload : IConfigurationReload
{
    public Task<ReloadOutcome> ReloadAsync() =>
        Task.FromResult(new ReloadOutcome(false, "this bridge has no configuration file"));
}
