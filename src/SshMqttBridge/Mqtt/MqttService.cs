using Microsoft.Extensions.Hosting;

namespace SshMqttBridge.Mqtt;

/// <summary>
/// Runs the <see cref="MqttWorker"/>. Stopped after everything that publishes, so that the last results reach the broker.
/// </summary>
internal sealed class MqttService(MqttWorker worker) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => worker.RunAsync(stoppingToken);
}
