using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>Keeps what is logged at Information and above.</summary>
internal sealed class MqttLogCollector<T> : ILogger<T>
{
    private readonly List<(LogLevel Level, string Text)> _entries = [];
    private readonly Channel<bool> _stateChanged = Channel.CreateUnbounded<bool>();

    public IReadOnlyList<(LogLevel Level, string Text)> Entries
    {
        get
        {
            lock (_entries)
            {
                return [.. _entries];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        lock (_entries)
        {
            _entries.Add((logLevel, $"{formatter(state, exception)} {exception}".TrimEnd()));
        }

        _stateChanged.Writer.TryWrite(true);
    }

    /// <summary>Waits for an entry that contains the words. For one reader.</summary>
    public async Task<string> WaitForAsync(string words)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (Entries.FirstOrDefault(entry => entry.Text.Contains(words, StringComparison.Ordinal)).Text is { } text)
            {
                return text;
            }

            await _stateChanged.Reader.ReadAsync(limit.Token);
        }
    }
}
