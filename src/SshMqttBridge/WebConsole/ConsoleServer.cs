using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.WebConsole;

/// <summary>The console's web server, from its start to its stop.</summary>
internal sealed partial class ConsoleServer(
    WebConsoleOptions options,
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
    private Task _stopping = Task.CompletedTask;

    /// <summary>Starts the console; it accepts requests when the task completes.</summary>
    /// <exception cref="ConsoleException">The console cannot listen, or cannot read or generate a token.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var token = files.MakesToken ? ConsoleToken.ReadOrGenerate(files.TokenFile) : ConsoleToken.Read(files.TokenFile);
        _application = ConsoleApplication.Build(options, files, services, token, time, loggers);
        try
        {
            await _application.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            await DisposeAsync();
            throw new ConsoleException(
                $"The web console cannot listen at {options.Url.GetLeftPart(UriPartial.Authority)}: "
                    + $"{RootMessage(exception)}; see webConsole.url.",
                exception
            );
        }

        var addresses = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        foreach (var address in addresses?.Addresses ?? [])
        {
            LogListening(address, files.TokenFile);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Begins to stop while the servers still finish their commands: browsers must not reconnect to a bridge that is shutting
    /// down. Does not wait, so that the servers stop at the same time.
    /// </summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
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

    private static string RootMessage(Exception exception)
    {
        var inner = exception;
        while (inner.InnerException is { } deeper)
        {
            inner = deeper;
        }

        return inner.Message.TrimEnd('.');
    }

    [LoggerMessage(7001, LogLevel.Information, "Web console listening on {Address}; its token is in {File}")]
    private partial void LogListening(string address, string file);
}
