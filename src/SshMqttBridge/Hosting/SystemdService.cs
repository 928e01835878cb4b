using System.Globalization;
using Microsoft.Extensions.Hosting;
using SshMqttBridge.Metrics;

namespace SshMqttBridge.Hosting;

/// <summary>
/// Keeps the status line of <c>systemctl status</c> up to date, and feeds the watchdog of systemd (<c>WatchdogSec</c>) as long as the
/// bridge works.
/// </summary>
internal sealed class SystemdService(SystemdStatus systemd, MetricsSource source, TimeProvider time) : BackgroundService
{
    /// <summary>How often the status line may change.</summary>
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(5);

    /// <summary>Half of what systemd grants (sd_watchdog_enabled(3)); null: there is no watchdog.</summary>
    internal static TimeSpan? WatchdogInterval(string? microseconds) =>
        long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var granted) && granted > 0
            ? TimeSpan.FromMicroseconds(granted / 2.0)
            : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var watchdog = WatchdogInterval(Environment.GetEnvironmentVariable("WATCHDOG_USEC"));
        var interval = watchdog < StatusInterval ? watchdog.Value : StatusInterval;
        string? last = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (Status() is var status && status != last)
            {
                systemd.Status(status);
                last = status;
            }

            // Also without a watchdog interval in the environment: systemd ignores it then.
            if (watchdog is not null && await source.Liveness.FaultAsync() is null)
            {
                systemd.Alive();
            }

            await Task.Delay(interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private string Status()
    {
        var servers = source.Servers.All;
        var online = servers.Count(server => server.Connection.IsOnline);
        var broker = source.IsConnectedToBroker ? "connected to the broker" : "not connected to the broker";
        return $"{broker}; {online} of {servers.Count} servers online";
    }
}
