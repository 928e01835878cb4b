using Microsoft.Extensions.Hosting;
using SshMqttBridge.Actions;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Servers;

/// <summary>
/// Runs the servers, their schedules and <c>ssh/bridge/info</c>. During shutdown, running commands have
/// <see cref="BridgeOptions.ShutdownTimeout"/> to end.
/// </summary>
internal sealed class ServersService(BridgeOptions options, ServerSet servers, ActionScheduler scheduler, BridgeInfo info)
    : BackgroundService
{
    private readonly CancellationTokenSource _deadline = new();

    /// <summary>Ends the acceptance of commands and waits for the running ones.</summary>
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
        // Published last: it shows the final state of the servers.
        using CancellationTokenSource infoStop = new();
        var publishingInfo = info.RunAsync(infoStop.Token);
        await Task.WhenAll(servers.RunAsync(stoppingToken, _deadline.Token), scheduler.RunAsync(stoppingToken));
        await infoStop.CancelAsync();
        await publishingInfo;
    }
}
