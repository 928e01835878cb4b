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
    public static IServiceCollection AddSystemdNotifications(this IServiceCollection services)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 0 })
        {
            services.AddSingleton<ISystemdNotifier>(new SystemdNotifier());
            services.AddSingleton<IHostLifetime, SystemdLifetime>();
            services.AddHostedService<SystemdService>();
        }

        return services;
    }
}
