using Microsoft.Extensions.Logging;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// Creates loggers for the web server. What the libraries log counts against the <see cref="LogBudget"/>, because clients can
/// cause it.
/// </summary>
internal sealed class BudgetedLoggerFactory(ILoggerFactory inner, LogBudget budget) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName)
    {
        var logger = inner.CreateLogger(categoryName);
        return categoryName.StartsWith("Microsoft.", StringComparison.Ordinal) ? new BudgetedLogger(logger, budget) : logger;
    }

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        // The bridge owns the inner factory.
    }

    private sealed class BudgetedLogger(ILogger inner, LogBudget budget) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (inner.IsEnabled(logLevel) && budget.TryTake())
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
