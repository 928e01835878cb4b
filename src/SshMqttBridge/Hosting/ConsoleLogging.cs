using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace SshMqttBridge.Hosting;

/// <summary>Logs to standard output, in one line for each message.</summary>
internal static class ConsoleLogging
{
    /// <param name="services">The host's services.</param>
    /// <param name="level">The minimum level of the bridge's own messages; those of the libraries begin at warnings.</param>
    public static void AddConsoleLogging(this IServiceCollection services, LogLevel level)
    {
        // Under systemd: it adds the time, and takes the level from the line's beginning.
        var isSystemd = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };
        services.AddLogging(logging => logging.AddConsole());
        services.AddFixedOptions(Filter(level));
        services.AddFixedOptions(new LoggerFactoryOptions());
        services.AddFixedOptions(
            new ConsoleLoggerOptions { FormatterName = isSystemd ? ConsoleFormatterNames.Systemd : ConsoleFormatterNames.Simple }
        );
        services.AddFixedOptions(
            new SimpleConsoleFormatterOptions
            {
                SingleLine = true,
                TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ",
                ColorBehavior = LoggerColorBehavior.Disabled,
            }
        );
        // AddConsole creates all formatters, also those that are not used.
        services.AddFixedOptions(new ConsoleFormatterOptions());
        services.AddFixedOptions(new JsonConsoleFormatterOptions());
    }

    private static LoggerFilterOptions Filter(LogLevel level)
    {
        LoggerFilterOptions filter = new() { MinLevel = level };
        filter.AddFilter("Microsoft", LogLevel.Warning);
        // A start that fails, and a service that fails, are logged by BridgeHost, in one line each.
        filter.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        return filter;
    }
}
