using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;
using SshMqttBridge.Policies;

namespace SshMqttBridge.WebConsole;

/// <summary>The console's web server, from its start to its stop.</summary>
internal sealed partial class ConsoleServer : IAsyncDisposable
{
    private const int MostConnections = 256;

    /// <summary>How long answers that are being given may take at the stop.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long a browser need not be given the token again.</summary>
    private static readonly TimeSpan SessionLifetime = TimeSpan.FromDays(30);

    /// <summary>How long a browser that had the token is not slowed down by what others try.</summary>
    private static readonly TimeSpan BrowserLifetime = TimeSpan.FromDays(365);

    /// <summary>Strangers must not fill the log.</summary>
    private static readonly RateLimit MostRefusalsLogged = new(20, TimeSpan.FromMinutes(1));

    private readonly WebApplication _application;
    private readonly HistoryEndpoint _history;
    private readonly CancellationTokenSource _closing;
    private bool _isDisposed;

    private ConsoleServer(WebApplication application, HistoryEndpoint history, CancellationTokenSource closing) =>
        (_application, _history, _closing) = (application, history, closing);

    /// <summary>Starts it; it takes requests when this returns.</summary>
    /// <exception cref="ConsoleException">It cannot listen, or there is no token and none can be made.</exception>
    public static async Task<ConsoleServer> StartAsync(ConsoleServices world)
    {
        var token = world.Options.TokenFile is { } file ? ConsoleToken.Read(file) : ConsoleToken.ReadOrMake(world.OwnTokenFile);
        var application = Build(world);
        var closing = new CancellationTokenSource();
        var server = new ConsoleServer(application, new HistoryEndpoint(world), closing);
        try
        {
            server.Map(world, token);
            await application.StartAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            await server.DisposeAsync();
            throw new ConsoleException(
                $"The web console cannot listen at {Shown(world.Options.Url)}: {Words(exception)}; see webConsole.url.",
                exception
            );
        }

        var logger = world.Loggers.CreateLogger<ConsoleServer>();
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        foreach (var address in addresses?.Addresses ?? [])
        {
            LogListening(logger, address, world.TokenFile);
        }

        return server;
    }

    /// <summary>Ends the streams of events, then takes no more requests, within two seconds. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _closing.CancelAsync();
        using var limit = new CancellationTokenSource(StopTimeout);
        await _application.StopAsync(limit.Token);
        await _application.DisposeAsync();
        _history.Dispose();
        _closing.Dispose();
    }

    private static WebApplication Build(ConsoleServices world)
    {
        // Empty: neither files nor the environment have a say in where it listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(world.Loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            // Somewhat more than is taken: of what is larger by far, the sender would not even read that it is.
            kestrel.Limits.MaxRequestBodySize = 4 * CommandLimits.PayloadBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            // Longer than clients keep an idle connection (.NET 60 s, Caddy 120 s): whoever closes it just when the next request is sent makes that one fail.
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
            Listen(kestrel, world);
        });
        return builder.Build();
    }

    private static void Listen(KestrelServerOptions kestrel, ConsoleServices world)
    {
        var url = world.Options.Url;
        void Configure(ListenOptions listen)
        {
            if (url.Scheme == Uri.UriSchemeHttps)
            {
                var certificate = X509Certificate2.CreateFromPemFile(world.Options.CertificateFile!, world.Options.KeyFile!);
                // The first of them is the certificate itself; it does no harm there.
                var chain = new X509Certificate2Collection();
                chain.ImportFromPemFile(world.Options.CertificateFile!);
                listen.UseHttps(
                    new HttpsConnectionAdapterOptions { ServerCertificate = certificate, ServerCertificateChain = chain }
                );
            }
        }

        if (IPAddress.TryParse(url.DnsSafeHost, out var address))
        {
            kestrel.Listen(address, url.Port, Configure);
        }
        else
        {
            kestrel.ListenLocalhost(url.Port, Configure);
        }
    }

    private void Map(ConsoleServices world, ConsoleToken token)
    {
        var isHttps = world.Options.Url.Scheme == Uri.UriSchemeHttps;
        var sessions = new SignedCookie(token, "session", SessionLifetime, isHttps, world.Time);
        var browsers = new SignedCookie(token, "browser", BrowserLifetime, isHttps, world.Time);
        var logLimit = new RateLimiter(MostRefusalsLogged, world.Time);
        var hosts = new ConsoleHosts(world.Options.HostNames, Environment.MachineName);
        var pages = new PageKey(token);
        var guard = new RequestGuard(hosts, sessions, pages, logLimit, world.Loggers.CreateLogger<RequestGuard>());
        var throttle = new LoginThrottle(world.Time);
        var session = new SessionEndpoint(
            token,
            sessions,
            pages,
            browsers,
            throttle,
            logLimit,
            world.Loggers.CreateLogger<SessionEndpoint>()
        );
        var commands = new CommandsEndpoint(world);
        _application.Use(next => context => guard.InvokeAsync(context, next));
        _application.UseRouting();
        _application.MapPost("/api/session", session.BeginAsync);
        _application.MapDelete("/api/session", session.EndAsync);
        _application.MapGet("/api/session", NoContent);
        _application.MapGet("/api/state", new StateEndpoint(world).GetAsync);
        _application.MapGet("/api/events", new EventsEndpoint(world, sessions, _closing.Token).GetAsync);
        _application.MapGet("/api/history", _history.GetAsync);
        _application.MapGet("/api/history/commands", _history.GetCommandsAsync);
        _application.MapGet("/api/history/{server}/{id}", _history.GetResultAsync);
        _application.MapPost("/api/servers/{id}/exec", commands.ExecAsync);
        _application.MapPost("/api/servers/{id}/run/{action}", commands.RunAsync);
        _application.MapPost("/api/servers/{id}/get", commands.GetAsync);
        _application.MapPost("/api/servers/{id}/put", commands.PutAsync);
        _application.MapPost("/api/servers/{id}/cancel", commands.CancelAsync);
        _application.MapPost("/api/servers/{id}/connection", commands.ConnectionAsync);
        _application.MapFallback("{**path}", new StaticFiles().GetAsync);
    }

    private static Task NoContent(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static string Shown(Uri url) => url.GetLeftPart(UriPartial.Authority);

    private static string Words(Exception exception)
    {
        var inner = exception;
        while (inner.InnerException is { } deeper)
        {
            inner = deeper;
        }

        return inner.Message.TrimEnd('.');
    }

    [LoggerMessage(7001, LogLevel.Information, "Web console at {Address}; its token is in {File}")]
    static partial void LogListening(ILogger logger, string address, string file);

    /// <summary>The bridge's own host handles signals.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
