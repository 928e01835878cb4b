using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace SshMqttBridge.Hosting;

/// <summary>Reports to systemd, for <c>Type=notify</c>.</summary>
internal static class SystemdNotifications
{
    /// <summary>
    /// Reports if systemd waits for it. .NET's AddSystemd does so only if it can read in /proc that the parent process is systemd,
    /// which the unit's <c>ProtectProc=invisible</c> prevents: systemd would wait in vain, and stop the bridge.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="restart">A stop that is part of it is none for systemd.</param>
    public static IServiceCollection AddSystemdNotifications(this IServiceCollection services, InPlaceRestart restart)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 0 })
        {
            services.AddSingleton<ISystemdNotifier>(new RestartNotifier(new SystemdNotifier(), restart));
            services.AddSingleton<IHostLifetime, SystemdLifetime>();
            services.AddHostedService<SystemdService>();
        }

        return services;
    }
}
