using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Policies;
using SshMqttBridge.Servers;

namespace SshMqttBridge.WebConsole;

/// <summary>Composes the console's web server.</summary>
internal static class ConsoleApplication
{
    /// <summary>How long a browser stays signed in.</summary>
    private static readonly TimeSpan SessionLifetime = TimeSpan.FromDays(30);

    /// <summary>Builds the web server, without starting it.</summary>
    public static WebApplication Build(
        WebConsoleOptions options,
        ConsoleFiles files,
        ConsoleServices bridge,
        ConsoleToken token,
        TimeProvider time,
        ILoggerFactory loggers
    )
    {
        // Empty: neither files nor environment variables affect where it listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        LogBudget budget = new(time, loggers.CreateLogger<LogBudget>());
        ConnectionLimiter limiter = new(budget, loggers.CreateLogger<ConnectionLimiter>());
        builder.WebHost.ConfigureKestrel(kestrel => KestrelSetup.Apply(kestrel, options, limiter));
        var services = builder.Services;
        services.AddSingleton<ILoggerFactory>(new BudgetedLoggerFactory(loggers, budget));
        services.AddLogging();
        services.AddSingleton<IHostLifetime, NoHostLifetime>();
        services.AddRoutingCore();
        services.AddSingleton(time);
        services.AddSingleton(files);
        services.AddSingleton(bridge.Servers);
        services.AddSingleton(bridge.Dispatcher);
        services.AddSingleton(bridge.Events);
        services.AddSingleton(bridge.Activity);
        services.AddSingleton(bridge.Group);
        services.AddSingleton(bridge.Files);
        services.AddSingleton(bridge.Audit);
        services.AddSingleton(new FileAccess(options, PoliciesOf(bridge.Servers)));
        services.AddSingleton(token);
        services.AddSingleton(new StartTime(time.GetUtcNow()));
        services.AddSingleton(new ConsoleHosts(options.HostNames, Environment.MachineName));
        services.AddSingleton(new ConsoleOrigins(options.Origins));
        services.AddSingleton(
            new SignedCookie(token, "session", SessionLifetime, options.Url.Scheme == Uri.UriSchemeHttps, time)
        );
        // Created by a factory, so that it is disposed of.
        services.AddSingleton(_ => budget);
        services.AddSingleton<PageKey>();
        services.AddSingleton<LoginThrottle>();
        services.AddSingleton<RequestGuard>();
        services.AddSingleton<ConsoleShutdown>();
        services.AddSingleton<SessionEndpoint>();
        services.AddSingleton<StateEndpoint>();
        services.AddSingleton<EventsEndpoint>();
        services.AddSingleton<HistoryEndpoint>();
        services.AddSingleton<CommandsEndpoint>();
        services.AddSingleton(new SettingsEndpoint(bridge.Options));
        services.AddSingleton(bridge.KnownHosts);
        services.AddSingleton(new ReloadEndpoint(bridge.Reload));
        services.AddSingleton(new HostKeyAccess(options.TrustHostKeys));
        services.AddSingleton<TrustEndpoint>();
        services.AddSingleton<DownloadLinks>();
        services.AddSingleton<FilesEndpoint>();
        services.AddSingleton<DownloadEndpoint>();
        services.AddSingleton<StaticFiles>();
        var application = builder.Build();
        ConsoleRoutes.Map(application);
        return application;
    }

    /// <summary>Of the servers at the time of each use.</summary>
    private static IEnumerable<ServerPolicy> PoliciesOf(ServerSet servers)
    {
        foreach (var server in servers.All)
        {
            yield return server.Options.Policy;
        }
    }
}
