using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;

namespace SshMqttBridge.Operations;

/// <summary>Runs the <see cref="InterruptionMonitor"/>, and logs what it detects.</summary>
internal sealed partial class InterruptionService(InterruptionMonitor monitor, ILogger<InterruptionService> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        monitor.Subscribe(LogInterrupted);
        await monitor.RunAsync(stoppingToken);
        monitor.Unsubscribe(LogInterrupted);
    }

    private void LogInterrupted(TimeSpan silence) => LogInterrupted(Math.Round(silence.TotalSeconds, 1));

    [LoggerMessage(
        7,
        LogLevel.Warning,
        "The bridge did not run for {Seconds} s: it was stopped, or the machine was suspended. Commands from before expire"
    )]
    private partial void LogInterrupted(double seconds);
}
