using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Mqtt.MqttNet;

namespace SshMqttBridge.Hosting;

/// <summary><c>run</c>: the daemon.</summary>
internal static class RunCommand
{
    /// <summary>Stopping what runs (TERM, KILL) and telling the broker come after <see cref="BridgeOptions.ShutdownTimeout"/>.</summary>
    private static readonly TimeSpan TimeToFinish = TimeSpan.FromSeconds(10);

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    public static async Task<int> RunAsync(BridgeOptions options, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        AddLogging(builder.Logging, options.LogLevel);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout + TimeToFinish);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IMqttTransport, MqttNetTransport>();
        builder.Services.AddSingleton(SshTransports.Create(TimeProvider.System));
        builder.Services.AddSingleton<Bridge>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Bridge>());
        using var host = builder.Build();
        var bridge = host.Services.GetRequiredService<Bridge>();
        await host.RunAsync(cancellationToken);
        return bridge.HasFailed ? ExitStatus.Failure : ExitStatus.Success;
    }

    private static void AddLogging(ILoggingBuilder logging, LogLevel level)
    {
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // That the web console cannot listen is told by the bridge, in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 })
        {
            // Under systemd: it adds the time, and takes the level from the line's beginning.
            logging.AddSystemdConsole();
            return;
        }

        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    }
}
