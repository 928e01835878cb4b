using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class LogBudgetTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger _log = new();
    private readonly LogBudget _budget;

    public LogBudgetTests() => _budget = new LogBudget(_time, _log);

    public void Dispose() => _budget.Dispose();

    [Fact]
    public void TryTake_GivenAFlood_ShouldAllowTwentyMessagesInAnyMinuteWithTheReport()
    {
        List<TimeSpan> messages = [];
        for (var second = 0; second < 600; second++)
        {
            for (var i = 0; i < 100; i++)
            {
                if (_budget.TryTake())
                {
                    messages.Add(TimeSpan.FromSeconds(second));
                }
            }

            var before = _log.Messages.Count;
            _time.Advance(TimeSpan.FromSeconds(1));
            messages.AddRange(Enumerable.Repeat(TimeSpan.FromSeconds(second + 1), _log.Messages.Count - before));
        }

        for (var second = 0; second < 600; second++)
        {
            var start = TimeSpan.FromSeconds(second);
            messages.Count(at => at >= start && at < start + LogBudget.Period).ShouldBeLessThanOrEqualTo(20);
        }

        _log.Messages.ShouldNotBeEmpty();
    }

    [Fact]
    public void TryTake_GivenMessagesThatWereLeftOut_ShouldReportTheirNumber()
    {
        for (var i = 0; i < LogBudget.MaximumMessages + 7; i++)
        {
            _budget.TryTake().ShouldBe(i < LogBudget.MaximumMessages);
        }

        _log.Messages.ShouldBeEmpty();
        _time.Advance(LogBudget.Period);

        _log.Messages.ShouldBe(["Web console: 7 more messages about clients that are not signed in were not logged"]);
        _budget.TryTake().ShouldBeTrue();
    }

    [Fact]
    public void Dispose_GivenMessagesThatWereLeftOut_ShouldReportTheirNumber()
    {
        for (var i = 0; i < LogBudget.MaximumMessages + 1; i++)
        {
            _budget.TryTake();
        }

        _budget.Dispose();

        _log.Messages.Count.ShouldBe(1);
    }

    [Fact]
    public void CreateLogger_GivenALibrary_ShouldCountItsMessages()
    {
        using BudgetedLoggerFactory factory = new(new OneLogger(_log), _budget);
        var kestrel = factory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Connections");
        var own = factory.CreateLogger("SshMqttBridge.WebConsole.SessionEndpoint");

        for (var i = 0; i < 100; i++)
        {
            kestrel.Log(LogLevel.Warning, default, "rejected", null, (text, _) => text);
            own.Log(LogLevel.Warning, default, "signed in", null, (text, _) => text);
        }

        _log.Messages.Count(message => message == "rejected").ShouldBe(LogBudget.MaximumMessages);
        _log.Messages.Count(message => message == "signed in").ShouldBe(100);
    }

    private sealed class RecordingLogger : ILogger<LogBudget>
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Messages.Add(formatter(state, exception));
    }

    private sealed class OneLogger(ILogger logger) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void AddProvider(ILoggerProvider provider) { }

        public void Dispose() { }
    }
}
