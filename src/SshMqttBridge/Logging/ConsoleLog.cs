using System.Text;
using Microsoft.Extensions.Logging;

namespace SshMqttBridge.Logging;

/// <summary>
/// The log: a line for each message, written at once to standard output. Takes the place of the framework's console logger, which brings along dependency
/// injection, options and configuration, and a thread that is woken for each line: a tenth of the memory of a small bridge. Thread-safe.
/// </summary>
/// <param name="output">Where the lines go; disposed of with this.</param>
/// <param name="minimum">What is less is left out.</param>
/// <param name="isJournal">Whether systemd's journal reads it: it adds the time, and takes the level from the line's beginning.</param>
/// <param name="time">The clock.</param>
internal sealed class ConsoleLog(Stream output, LogLevel minimum, bool isJournal, TimeProvider time) : ILoggerFactory
{
    private readonly Lock _gate = new();

    /// <summary>The log on standard output, in the form that its reader wants.</summary>
    public static ConsoleLog Open(LogLevel minimum, TimeProvider time) =>
        new(
            Console.OpenStandardOutput(),
            minimum,
            // Set by systemd for whom it starts.
            isJournal: Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 },
            time
        );

    public ILogger CreateLogger(string categoryName) =>
        new ConsoleLogger(categoryName, (LogLevel)Math.Max((int)minimum, (int)LeastOf(categoryName)), isJournal, time, Write);

    /// <exception cref="NotSupportedException">Always.</exception>
    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("This log goes to standard output alone.");

    public void Dispose() => output.Dispose();

    private static LogLevel LeastOf(string category) =>
        category switch
        {
            // That the web console cannot listen is told by the bridge, in one line.
            "Microsoft.Extensions.Hosting.Internal.Host" => LogLevel.Critical,
            // What a web server says of itself is of interest only when something is wrong.
            _ when category.StartsWith("Microsoft.", StringComparison.Ordinal) => LogLevel.Warning,
            _ => LogLevel.Trace,
        };

    private void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        lock (_gate)
        {
            try
            {
                output.Write(bytes);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // A full disk or a reader that has gone must not end the bridge.
            }
        }
    }
}
