using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;
using SshMqttBridge.Journal;
using SshMqttBridge.Servers;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Hosting;

/// <summary>Runs the bridge as a host of .NET: starts its services in order and stops them on a signal.</summary>
internal static partial class BridgeHost
{
    /// <summary>Runs until SIGTERM, SIGINT or SIGQUIT.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="source">Where it is read again on SIGHUP; null: nowhere.</param>
    /// <param name="cancellationToken">Stops the bridge, too.</param>
    /// <returns>The <see cref="ExitStatus"/>.</returns>
    public static async Task<int> RunAsync(
        BridgeOptions options,
        ConfigurationSource? source,
        CancellationToken cancellationToken
    )
    {
        ReloadRequests reloads = new();
        using var hangUp = source is null ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangUp);
        // The host handles these signals too, but between two hosts, and at the beginning of a start, nobody else does.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnStop);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, OnStop);
        while (true)
        {
            var (status, next) = await RunHostAsync(options, source, reloads, stop.Token);
            if (next is null || stop.IsCancellationRequested)
            {
                return status;
            }

            options = next;
        }

        void OnHangUp(PosixSignalContext signal)
        {
            signal.Cancel = true;
            reloads.Request();
        }

        void OnStop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>Runs one host.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="source">See <see cref="RunAsync"/>.</param>
    /// <param name="reloads">Requests that arrive between two hosts are for the next one.</param>
    /// <param name="stop">Stops it in order, also if it is cancelled during the start.</param>
    /// <returns>The <see cref="ExitStatus"/>, and the configuration for the next host; null: there is none.</returns>
    private static async Task<(int Status, BridgeOptions? Next)> RunHostAsync(
        BridgeOptions options,
        ConfigurationSource? source,
        ReloadRequests reloads,
        CancellationToken stop
    )
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        HostOptions hostOptions = new();
        ConsoleLogging logging = new(options.LogLevel, options.LogFormat);
        HostSettings settings = new(hostOptions, logging);
        settings.Apply(options);
        logging.AddTo(builder.Services);
        builder.Services.AddFixedOptions(hostOptions);
        builder.Services.AddSingleton(settings);
        builder.Services.AddFixedOptions(new ConsoleLifetimeOptions());
        builder.Services.AddLogger<ApplicationLifetime>();
        InPlaceRestart restart = new();
        builder.Services.AddSystemdNotifications(restart);
        builder.Services.AddSingleton(provider => new SystemdStatus(provider.GetService<ISystemdNotifier>()));
        builder.Services.AddSshMqttBridge(options);
        builder.Services.AddReload(source, reloads, restart);
        using var host = builder.Build();
        var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(BridgeHost));
        using IgnoredSignals signals = new(logger);
        try
        {
            // A start that is cancelled half way would leave services that nobody stops.
            await host.StartAsync(CancellationToken.None);
        }
        catch (Exception exception)
            when (exception is StateDirectoryException or JournalException or IOException or ConsoleException)
        {
            LogCannotStart(logger, exception.Message);
            return (ExitStatus.Failure, null);
        }
        catch (OperationCanceledException)
            when (host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            // A signal during the start: the services that have started stop in order.
            await host.StopAsync(CancellationToken.None);
            return (ExitStatus.Success, null);
        }

        var failures = WatchServices(host, logger);
        await host.WaitForShutdownAsync(stop);
        return
            failures.Any(failed => failed is { IsCompletedSuccessfully: true, Result: true })
            || host.Services.GetServices<IHostedService>().OfType<ServersService>().Any(service => service.HasFailed)
            ? (ExitStatus.Failure, null)
            : (ExitStatus.Success, restart.Next);
    }

    /// <summary>
    /// Logs the failure of a service. The host then stops all other services: systemd restarts a bridge that has exited, but not
    /// one that only partly works.
    /// </summary>
    /// <returns>A task for each service, with whether it has failed.</returns>
    private static List<Task<bool>> WatchServices(IHost host, ILogger logger) =>
        [
            .. host
                .Services.GetServices<IHostedService>()
                .OfType<BackgroundService>()
                .Select(service => HasFailedAsync(service.ExecuteTask ?? Task.CompletedTask, logger)),
        ];

    private static async Task<bool> HasFailedAsync(Task running, ILogger logger)
    {
        try
        {
            await running;
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception exception)
        {
            LogFailed(logger, exception);
            return true;
        }
    }

    [LoggerMessage(5, LogLevel.Critical, "Cannot start: {Reason}")]
    private static partial void LogCannotStart(ILogger logger, string reason);

    [LoggerMessage(6, LogLevel.Critical, "The bridge failed; please report it")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
