using Microsoft.Extensions.Hosting;

namespace SshMqttBridge.HomeAssistant;

/// <summary>Runs <see cref="Discovery"/>. Started before MQTT, so that Home Assistant knows a topic before there is a message on it.</summary>
internal sealed class DiscoveryService(Discovery discovery) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        discovery.Start();
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => discovery.RunAsync(stoppingToken);
}
