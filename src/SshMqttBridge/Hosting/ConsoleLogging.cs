using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Hosting;

/// <summary>Logs to standard output, in one line for each message.</summary>
internal sealed class ConsoleLogging
{
    private readonly LiveOptions<LoggerFilterOptions> _filter;
    private readonly LiveOptions<ConsoleLoggerOptions> _console;

    /// <param name="level">The minimum level of the bridge's own messages; those of the libraries begin at warnings.</param>
    /// <param name="format">The format.</param>
    public ConsoleLogging(LogLevel level, LogFormat format)
    {
        _filter = new LiveOptions<LoggerFilterOptions>(Filter(level));
        _console = new LiveOptions<ConsoleLoggerOptions>(Formatter(format));
    }

    /// <summary>Changes the level and the format of what is logged from now on.</summary>
    public void Apply(LogLevel level, LogFormat format)
    {
        if (_filter.Value.MinLevel != level)
        {
            _filter.Set(Filter(level));
        }

        var formatter = Formatter(format);
        if (_console.Value.FormatterName != formatter.FormatterName)
        {
            _console.Set(formatter);
        }
    }

    /// <summary>Registers the logging.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddLogging(logging => logging.AddConsole());
        services.AddLiveOptions(_filter);
        services.AddFixedOptions(new LoggerFactoryOptions());
        services.AddLiveOptions(_console);
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
        services.AddFixedOptions(
            new JsonConsoleFormatterOptions { TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ", UseUtcTimestamp = true }
        );
    }

    private static ConsoleLoggerOptions Formatter(LogFormat format)
    {
        // Under systemd: it adds the time, and takes the level from the line's beginning.
        var isSystemd = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };
        return new ConsoleLoggerOptions
        {
            FormatterName =
                format == LogFormat.Json ? ConsoleFormatterNames.Json
                : isSystemd ? ConsoleFormatterNames.Systemd
                : ConsoleFormatterNames.Simple,
        };
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
