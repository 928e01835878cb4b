using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Audit;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Metrics;

/// <summary>
/// Serves <c>/metrics</c> for Prometheus, <c>/healthz</c> and <c>/readyz</c>. They tell states and numbers, no commands and no output,
/// so there is no sign-in.
/// </summary>
internal sealed partial class MetricsServer(CurrentOptions current, MetricsSource source, AuditLog audit, ILoggerFactory loggers)
    : IHostedService,
        IAsyncDisposable
{
    /// <summary>How long pending responses may take when the server stops.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = loggers.CreateLogger<MetricsServer>();
    private readonly Lazy<BridgeMetrics> _metrics = new(() => new BridgeMetrics(source));
    private MetricsOptions _options = new();
    private WebApplication? _application;

    /// <exception cref="IOException">It cannot listen.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => StartAsync(current.Value.Metrics, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    /// <summary>Takes over the configuration in force.</summary>
    /// <exception cref="IOException">It cannot listen at the new address; it continues at the one before.</exception>
    public async Task ReloadAsync()
    {
        var (before, now) = (_options, current.Value.Metrics);
        if (before == now)
        {
            return;
        }

        await DisposeAsync();
        try
        {
            await StartAsync(now, CancellationToken.None);
        }
        catch (IOException)
        {
            await StartAsync(before, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Counts a reload of the configuration, if metrics are enabled.</summary>
    public void Reloaded(bool isApplied)
    {
        if (_metrics.IsValueCreated)
        {
            _metrics.Value.Reloaded(isApplied);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _application, null) is { } application)
        {
            using CancellationTokenSource limit = new(StopTimeout);
            await application.StopAsync(limit.Token);
            await application.DisposeAsync();
        }
    }

    private async Task StartAsync(MetricsOptions options, CancellationToken cancellationToken)
    {
        _options = options;
        if (!options.Enabled)
        {
            return;
        }

        // Counting begins here: a bridge without metrics does not count.
        audit.Observe = _metrics.Value.Count;
        _application = Build(options.Url);
        try
        {
            foreach (
                var address in await _application.ListenAsync(
                    options.Url,
                    "The metrics cannot be served",
                    "metrics.url",
                    cancellationToken
                )
            )
            {
                LogListening(address);
            }
        }
        catch (IOException)
        {
            await DisposeAsync();
            throw;
        }
    }

    private WebApplication Build(Uri url)
    {
        // Empty: neither files nor environment variables affect where it listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, url));
        builder.Services.AddSingleton(loggers);
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        var application = builder.Build();
        application.Run(AnswerAsync);
        return application;
    }

    private static void Configure(KestrelServerOptions kestrel, Uri url)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MaxConcurrentConnections = 64;
        if (IPAddress.TryParse(url.DnsSafeHost, out var address))
        {
            kestrel.Listen(address, url.Port);
        }
        else
        {
            kestrel.ListenLocalhost(url.Port);
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method is not ("GET" or "HEAD"))
        {
            return TextAsync(context, StatusCodes.Status405MethodNotAllowed, "Use GET.");
        }

        return context.Request.Path.Value switch
        {
            "/metrics" => MetricsAsync(context),
            "/healthz" => HealthAsync(context),
            "/readyz" => source.IsConnectedToBroker
                ? TextAsync(context, StatusCodes.Status200OK, "connected to the broker")
                : TextAsync(context, StatusCodes.Status503ServiceUnavailable, "not connected to the broker"),
            _ => TextAsync(context, StatusCodes.Status404NotFound, "See /metrics, /healthz and /readyz."),
        };
    }

    private Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return _metrics.Value.WriteAsync(context.Response.Body, context.RequestAborted);
    }

    private async Task HealthAsync(HttpContext context)
    {
        var fault = await source.Liveness.FaultAsync();
        await TextAsync(
            context,
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            fault ?? "working"
        );
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n");
    }

    [LoggerMessage(9001, LogLevel.Information, "Metrics at {Address}/metrics")]
    private partial void LogListening(string address);
}
