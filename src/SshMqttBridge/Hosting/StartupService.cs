using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Hosting;

/// <summary>
/// Started first and stopped last: recovers what an earlier run left unfinished, and logs the start and the end of the bridge.
/// </summary>
internal sealed partial class StartupService(
    CurrentOptions current,
    KnownHosts knownHosts,
    JournalRecovery recovery,
    IHostApplicationLifetime lifetime,
    ILogger<StartupService> logger
) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in knownHosts.Warnings())
        {
            LogKnownHosts(warning);
        }

        var options = current.Value;
        if (options.Group is null)
        {
            // In a group, each new leader does it.
            recovery.Start();
        }

        LogStarted(BridgeVersion.Text, options.Servers.Count, string.Join(", ", options.Mqtt.Brokers));
        lifetime.ApplicationStopping.Register(() => LogStopping(current.Value.ShutdownTimeout.TotalSeconds));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        LogStopped();
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Information, "SshMqttBridge {Version}: {Count} server(s), broker {Broker}")]
    private partial void LogStarted(string version, int count, string broker);

    [LoggerMessage(2, LogLevel.Information, "Shutting down; running commands have {Seconds} s to finish")]
    private partial void LogStopping(double seconds);

    [LoggerMessage(3, LogLevel.Information, "Stopped")]
    private partial void LogStopped();

    [LoggerMessage(4, LogLevel.Warning, "Known hosts: {Warning}")]
    private partial void LogKnownHosts(string warning);
}
