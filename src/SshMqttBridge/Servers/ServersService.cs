using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Actions;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Servers;

/// <summary>
/// Runs the servers, their schedules and <c>ssh/bridge/info</c>. During shutdown, running commands have
/// <see cref="BridgeOptions.ShutdownTimeout"/> to end.
/// </summary>
/// <remarks>
/// If one part fails, the whole bridge shuts down in order and exits with status 1: systemd and Docker restart a bridge that has
/// exited, but not one that only partly works.
/// </remarks>
internal sealed partial class ServersService(
    CurrentOptions options,
    ServerSet servers,
    ActionScheduler scheduler,
    BridgeInfo info,
    IHostApplicationLifetime lifetime,
    ILogger<ServersService> logger
) : BackgroundService
{
    private readonly CancellationTokenSource _deadline = new();
    private volatile bool _hasFailed;

    /// <summary>Whether a part has failed, even if the others have not ended yet.</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>Ends the acceptance of commands and waits for the running ones.</summary>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _deadline.CancelAfter(options.Value.ShutdownTimeout);
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
        var publishingInfo = info.RunAsync(infoStop.Token).WithFailureReported(Fail);
        try
        {
            await Task.WhenAll(
                servers.RunAsync(Fail, stoppingToken, _deadline.Token),
                scheduler.RunAsync(stoppingToken).WithFailureReported(Fail)
            );
        }
        finally
        {
            await infoStop.CancelAsync();
            await publishingInfo;
        }
    }

    /// <summary>Does not wait for the other servers: each of them may run a command for hours.</summary>
    private void Fail(Exception exception)
    {
        _hasFailed = true;
        LogFailed(exception);
        lifetime.StopApplication();
    }

    [LoggerMessage(2112, LogLevel.Critical, "A part of the bridge failed, so the bridge shuts down; please report it")]
    private partial void LogFailed(Exception exception);
}
