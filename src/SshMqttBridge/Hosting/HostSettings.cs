using Microsoft.Extensions.Hosting;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Hosting;

/// <summary>The settings that the host and its logging have from the configuration.</summary>
internal sealed class HostSettings(HostOptions host, ConsoleLogging logging)
{
    /// <summary>
    /// Time after <see cref="BridgeOptions.ShutdownTimeout"/> to stop the running commands (TERM, KILL) and publish their
    /// results.
    /// </summary>
    private static readonly TimeSpan TimeToFinish = TimeSpan.FromSeconds(10);

    /// <summary>Takes over those of a configuration.</summary>
    public void Apply(BridgeOptions options)
    {
        host.ShutdownTimeout = options.ShutdownTimeout + TimeToFinish;
        logging.Apply(options.LogLevel, options.LogFormat);
    }
}
