using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.WebConsole;

/// <summary>The console's web server, from its start to its stop.</summary>
internal sealed partial class ConsoleServer(
    CurrentOptions current,
    ConsoleFiles files,
    ConsoleServices services,
    TimeProvider time,
    ILoggerFactory loggers
) : IHostedLifecycleService, IAsyncDisposable
{
    /// <summary>How long pending responses may take when the console stops.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = loggers.CreateLogger<ConsoleServer>();
    private WebApplication? _application;
    private WebConsoleOptions _options = new();
    private bool _isStopping;
    private Task _stopping = Task.CompletedTask;

    /// <summary>Starts the console, if it is enabled; it accepts requests when the task completes.</summary>
    /// <exception cref="ConsoleException">The console cannot listen, or cannot read or generate a token.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => StartAsync(current.Value.WebConsole, cancellationToken);

    /// <summary>
    /// Takes over the configuration in force: if the console's part of it has changed, the console is stopped and started again.
    /// </summary>
    /// <exception cref="ConsoleException">It cannot be started; it continues as before.</exception>
    public async Task ReloadAsync()
    {
        var (before, now) = (_options, current.Value.WebConsole);
        if (before == now || _isStopping)
        {
            return;
        }

        await DisposeAsync();
        try
        {
            await StartAsync(now, CancellationToken.None);
        }
        catch (ConsoleException)
        {
            await StartAsync(before, CancellationToken.None);
            throw;
        }
    }

    private async Task StartAsync(WebConsoleOptions options, CancellationToken cancellationToken)
    {
        if (!options.Enabled)
        {
            _options = options;
            return;
        }

        var tokenFile = files.TokenFileOf(options);
        var token = options.TokenFile is null ? ConsoleToken.ReadOrGenerate(tokenFile) : ConsoleToken.Read(tokenFile);
        _application = ConsoleApplication.Build(options, files, services, token, time, loggers);
        try
        {
            foreach (
                var address in await _application.ListenAsync(
                    options.Url,
                    "The web console cannot listen",
                    "webConsole.url",
                    cancellationToken
                )
            )
            {
                LogListening(address, tokenFile);
            }
        }
        catch (IOException exception)
        {
            await DisposeAsync();
            throw new ConsoleException(exception.Message + ".", exception);
        }

        _options = options;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Begins to stop while the servers still finish their commands: browsers must not reconnect to a bridge that is shutting
    /// down. Does not wait, so that the servers stop at the same time.
    /// </summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        _stopping = DisposeAsync().AsTask();
        return Task.CompletedTask;
    }

    /// <summary>Waits until the event streams have ended and no more requests are accepted: two seconds at most.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _stopping;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _application, null) is { } application)
        {
            await application.Services.GetRequiredService<ConsoleShutdown>().StartAsync();
            using CancellationTokenSource limit = new(StopTimeout);
            await application.StopAsync(limit.Token);
            await application.DisposeAsync();
        }
    }

    [LoggerMessage(7001, LogLevel.Information, "Web console listening on {Address}; its token is in {File}")]
    private partial void LogListening(string address, string file);
}
