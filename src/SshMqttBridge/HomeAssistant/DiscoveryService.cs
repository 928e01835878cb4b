using Microsoft.Extensions.Hosting;

namespace SshMqttBridge.HomeAssistant;

/// <summary>
/// Runs <see cref="Discovery"/>. Starts before MQTT, so that Home Assistant knows a topic before its first message.
/// </summary>
internal sealed class DiscoveryService(Discovery discovery) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        discovery.Start();
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => discovery.RunAsync(stoppingToken);
}
