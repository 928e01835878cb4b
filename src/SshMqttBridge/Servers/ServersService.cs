using Microsoft.Extensions.Hosting;
using SshMqttBridge.Actions;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Servers;

/// <summary>Runs the servers, their schedules and <c>ssh/bridge/info</c>. At the stop, running commands have <see cref="BridgeOptions.ShutdownTimeout"/> to end.</summary>
internal sealed class ServersService(BridgeOptions options, ServerSet servers, ActionScheduler scheduler, BridgeInfo info)
    : BackgroundService
{
    private readonly CancellationTokenSource _deadline = new();

    /// <summary>Stops taking commands and waits for those that run.</summary>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _deadline.CancelAfter(options.ShutdownTimeout);
        return base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _deadline.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The last thing to be published: it shows the servers as they are when all have stopped.
        using CancellationTokenSource infoStop = new();
        var informing = info.RunAsync(infoStop.Token);
        await Task.WhenAll(servers.RunAsync(stoppingToken, _deadline.Token), scheduler.RunAsync(stoppingToken));
        await infoStop.CancelAsync();
        await informing;
    }
}
