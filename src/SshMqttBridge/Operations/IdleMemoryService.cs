using Microsoft.Extensions.Hosting;

namespace SshMqttBridge.Operations;

/// <summary>Runs <see cref="IdleMemory"/>.</summary>
internal sealed class IdleMemoryService(IdleMemory memory) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => memory.RunAsync(stoppingToken);
}
