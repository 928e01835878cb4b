using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace SshMqttBridge.Logging;

/// <summary>Makes the lines of one category, in the forms of .NET's console loggers (<c>simple</c> on a single line, and <c>systemd</c>). Thread-safe.</summary>
internal sealed class ConsoleLogger(string category, LogLevel minimum, bool isJournal, TimeProvider time, Action<string> write)
    : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{Beginning(logLevel)}{category}[{eventId.Id}] {formatter(state, exception)}");
        if (exception is not null)
        {
            line.Append(' ').Append(exception);
        }

        // One message, one line, whatever somebody else put into it.
        line.Replace("\r\n", " ").Replace('\n', ' ').Replace('\r', ' ').Append('\n');
        write(line.ToString());
    }

    private string Beginning(LogLevel level) =>
        isJournal
            ? level switch
            {
                LogLevel.Critical => "<2>",
                LogLevel.Error => "<3>",
                LogLevel.Warning => "<4>",
                LogLevel.Information => "<6>",
                _ => "<7>",
            }
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{time.GetLocalNow():yyyy-MM-dd HH:mm:ss.fff} {level switch
            {
                LogLevel.Critical => "crit",
                LogLevel.Error => "fail",
                LogLevel.Warning => "warn",
                LogLevel.Information => "info",
                LogLevel.Debug => "dbug",
                _ => "trce",
            }}: "
            );
}
