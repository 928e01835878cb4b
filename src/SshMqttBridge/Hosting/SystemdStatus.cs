using System.Diagnostics;
using Microsoft.Extensions.Hosting.Systemd;

namespace SshMqttBridge.Hosting;

/// <summary>Tells systemd what the bridge does (sd_notify(3)).</summary>
/// <param name="notifier">Null: the bridge does not run as a service of systemd, and nothing is told.</param>
internal sealed class SystemdStatus(ISystemdNotifier? notifier)
{
    /// <summary>The bridge reads its configuration again. <see cref="Ready"/> must follow.</summary>
    public void Reloading()
    {
        if (notifier is { IsEnabled: true })
        {
            // CLOCK_MONOTONIC, which .NET reads for Stopwatch.
            var microseconds = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);
            notifier.Notify(new ServiceState($"RELOADING=1\nMONOTONIC_USEC={microseconds}"));
        }
    }

    /// <summary>The reload has ended.</summary>
    public void Ready() => Notify("READY=1");

    /// <summary>One line for <c>systemctl status</c>.</summary>
    public void Status(string text) => Notify("STATUS=" + text);

    /// <summary>The bridge works: systemd restarts it if this stops for <c>WatchdogSec</c>.</summary>
    public void Alive() => Notify("WATCHDOG=1");

    private void Notify(string state)
    {
        if (notifier is { IsEnabled: true })
        {
            notifier.Notify(new ServiceState(state));
        }
    }
}
