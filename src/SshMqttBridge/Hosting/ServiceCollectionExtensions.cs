using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Actions;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Groups;
using SshMqttBridge.Groups.Etcd;
using SshMqttBridge.HomeAssistant;
using SshMqttBridge.Inbound;
using SshMqttBridge.Journal;
using SshMqttBridge.Metrics;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Mqtt.MqttNet;
using SshMqttBridge.Operations;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;
using SshMqttBridge.Transfers;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Hosting;

/// <summary>Composes the bridge. Each method registers one layer of it (docs/architecture.md).</summary>
internal static class ServiceCollectionExtensions
{
    /// <summary>
    /// Registers the whole bridge. The host starts its services in the order of registration and stops them in reverse.
    /// </summary>
    /// <param name="services">The host's services; logging must be among them.</param>
    /// <param name="options">The configuration.</param>
    public static IServiceCollection AddSshMqttBridge(this IServiceCollection services, BridgeOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(new CurrentOptions(options));
        services.AddSingleton<TimeProvider, BootTimeProvider>();
        // A broker closes a connection without packets after one and a half intervals.
        services.AddSingleton(provider => new InterruptionMonitor(
            options.Mqtt.KeepAlive * 1.5,
            provider.GetRequiredService<TimeProvider>()
        ));
        return services
            .AddMqtt(options)
            .AddSsh()
            .AddStorage(options)
            .AddServers(options)
            .AddGroup(options)
            .AddInbound(options)
            .AddHomeAssistant()
            .AddHostedServices(options);
    }

    private static IServiceCollection AddMqtt(this IServiceCollection services, BridgeOptions options)
    {
        services.AddSingleton(new TopicScheme(options.Mqtt.BaseTopic));
        services.AddSingleton<MqttTopics>();
        Outbox outbox = new();
        if (options.Group is not null)
        {
            // Until this instance leads.
            outbox.Suspend();
        }

        services.AddSingleton(outbox);
        services.AddSingleton<IMqttTransport, MqttNetTransport>();
        services.AddSingleton(provider => MqttSetup(provider, options));
        services.AddSingleton(provider => new MqttWorker(
            provider.GetRequiredService<IMqttTransport>(),
            options.Mqtt,
            provider.GetRequiredService<MqttWorkerSetup>(),
            provider.GetRequiredService<Outbox>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<MqttWorker>()
        )
        {
            ConnectionChanged = provider.GetRequiredService<BridgeActivity>().Set,
        });
        return services;
    }

    private static MqttWorkerSetup MqttSetup(IServiceProvider provider, BridgeOptions options)
    {
        var topics = provider.GetRequiredService<TopicScheme>();
        var discovery = provider.GetRequiredService<Discovery>();
        var dispatcher = provider.GetRequiredService<Dispatcher>();
        var otherBridges = provider.GetRequiredService<OtherBridges>();
        var records = provider.GetRequiredService<ICommandRecords>();
        var subscriptions = provider.GetRequiredService<MqttTopics>().Of(options);
        return new MqttWorkerSetup
        {
            StateTopic = topics.BridgeState,
            ErrorTopic = topics.BridgeError,
            StateTopics = otherBridges.StateTopics,
            Filters = subscriptions.Filters,
            OptionalFilters = subscriptions.OptionalFilters,
            Deliver = delivery =>
            {
                // What arrives when another instance of the group may lead is for that one.
                if (records.MaySend && !otherBridges.TryHandle(delivery) && !discovery.TryHandle(delivery))
                {
                    dispatcher.Dispatch(delivery);
                }
            },
            MayPublish = () => records.MaySend,
            Interruptions = provider.GetRequiredService<InterruptionMonitor>(),
            MaximumPayloadBytes = CommandLimits.PayloadBytes,
        };
    }

    private static IServiceCollection AddSsh(this IServiceCollection services)
    {
        services.AddSingleton(provider => SshTransports.Create(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new KnownHosts(provider.GetRequiredService<StateDirectory>().KnownHostsFile));
        services.AddSingleton<ConnectThrottle>();
        return services;
    }

    private static IServiceCollection AddStorage(this IServiceCollection services, BridgeOptions options)
    {
        services.AddSingleton(_ => new StateDirectory(options.StateDirectory));
        services.AddSingleton(_ => new BaseDirectory(options.BaseDirectory));
        services.AddSingletonWithLogger<StorageNotices>();
        services.AddSingleton(provider =>
        {
            var state = provider.GetRequiredService<StateDirectory>();
            return new CommandJournal(
                state.JournalFile,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<StorageNotices>().Report,
                state.Obstacle
            );
        });
        services.AddSingleton(provider => new AuditLog(
            options.Audit,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<StorageNotices>().Report
        ));
        return services;
    }

    private static IServiceCollection AddServers(this IServiceCollection services, BridgeOptions options)
    {
        services.AddSingleton<EventBus>();
        services.AddSingleton(new ActionCatalog(options.Servers));
        services.AddSingleton(new ServerIndex(options.Servers));
        services.AddSingleton(provider => new ResultPublisher(
            provider.GetRequiredService<TopicScheme>(),
            provider.GetRequiredService<Outbox>(),
            provider.GetRequiredService<ServerIndex>()
        ));
        services.AddSingleton<ServerFactory>();
        services.AddSingleton(provider => new ServerSet(
            options.Servers,
            provider.GetRequiredService<ServerFactory>(),
            provider.GetRequiredService<InterruptionMonitor>()
        ));
        services.AddSingleton<BridgeInfo>();
        services.AddSingletonWithLogger<OtherBridges>();
        services.AddSingleton<JournalRecovery>();
        services.AddSingleton(provider => new ActionScheduler(
            ScheduledActions.Of(provider.GetRequiredService<ServerSet>(), provider.GetRequiredService<ActionCatalog>()),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<ActionScheduler>()
        ));
        services.AddSingleton<BridgeActivity>();
        services.AddSingleton(provider =>
        {
            var state = provider.GetRequiredService<StateDirectory>();
            return new RetainedTopicsFile(state.RetainedTopicsFile, state.Obstacle);
        });
        return services;
    }

    private static IServiceCollection AddGroup(this IServiceCollection services, BridgeOptions options)
    {
        if (options.Group is not { } group)
        {
            services.AddSingleton<ICommandRecords, NoCommandRecords>();
            services.AddSingleton<IGroupStatus, NoGroupStatus>();
            return services;
        }

        services.AddSingleton(group);
        services.AddSingleton<Leadership>();
        services.AddSingleton<GroupView>();
        services.AddSingleton<IGroupStatus, GroupStatus>();
        services.AddSingleton<GroupRecords>();
        services.AddSingleton<ICommandRecords>(provider => provider.GetRequiredService<GroupRecords>());
        services.AddSingletonWithLogger<GroupRecovery>();
        services.AddSingleton<ITermStart, TermStart>();
        services.AddSingleton(provider => new GroupLink(
            provider.GetRequiredService<IMqttTransport>(),
            provider.GetRequiredService<CurrentOptions>(),
            group,
            provider.GetRequiredService<TopicScheme>(),
            provider.GetRequiredService<GroupView>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<GroupLink>()
        ));
        services.AddSingleton(new LeaseHolder(group.Instance, Guid.NewGuid().ToString("N")));
        services.AddLogger<GroupService>();
        return group.Lease == LeaseKind.Etcd ? services.AddEtcdLease(group) : services.AddBrokerLease(group);
    }

    private static IServiceCollection AddBrokerLease(this IServiceCollection services, GroupOptions group) =>
        services.AddSingleton<ILease>(provider => new BrokerLease(
            provider.GetRequiredService<GroupLink>(),
            provider.GetRequiredService<Leadership>(),
            new BrokerElection(provider.GetRequiredService<LeaseHolder>(), new LeaseTimes(group.Takeover)),
            provider.GetRequiredService<TimeProvider>()
        ));

    private static IServiceCollection AddEtcdLease(this IServiceCollection services, GroupOptions group)
    {
        EtcdTimes times = new(group.Takeover);
        services.AddSingleton(times);
        services.AddSingleton(provider =>
            EtcdClient.Create(group.EtcdEndpoints, times.Request, provider.GetRequiredService<TimeProvider>())
        );
        services.AddSingleton(provider => new EtcdElection(
            provider.GetRequiredService<EtcdClient>(),
            group.EtcdPrefix,
            group.Instance
        ));
        services.AddSingleton(provider =>
        {
            var link = provider.GetRequiredService<GroupLink>();
            BrokerEcho echo = new(
                provider.GetRequiredService<LeaseHolder>(),
                link.Send,
                link.Reset,
                provider.GetRequiredService<Leadership>(),
                provider.GetRequiredService<TimeProvider>()
            );
            link.Connected = _ => echo.Connected();
            link.Disconnected = echo.Disconnected;
            link.LeaseReceived = echo.Receive;
            return echo;
        });
        services.AddLogger<EtcdLease>();
        return services.AddSingleton<ILease, EtcdLease>();
    }

    private static IServiceCollection AddInbound(this IServiceCollection services, BridgeOptions options)
    {
        services.AddSingleton(provider => new CommandParser(
            options.Mqtt.ResponseTopics,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ActionCatalog>()
        ));
        services.AddSingletonWithLogger<Dispatcher>();
        return services;
    }

    private static IServiceCollection AddHomeAssistant(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var state = provider.GetRequiredService<StateDirectory>();
            return new DiscoveryStore(state.DiscoveryFile, state.Obstacle);
        });
        services.AddSingletonWithLogger<Discovery>();
        return services;
    }

    /// <summary>
    /// In the order of their start: MQTT before the servers, so that it is stopped after them and publishes their last results.
    /// </summary>
    private static IServiceCollection AddHostedServices(this IServiceCollection services, BridgeOptions options)
    {
        services.AddLogger<StartupService>();
        services.AddHostedService<StartupService>();
        services.AddLogger<InterruptionService>();
        services.AddHostedService<InterruptionService>();
        services.AddWebConsole();
        services.AddMetrics();
        services.AddHostedService<DiscoveryService>();
        services.AddSingletonWithLogger<StaleTopicsService>();
        services.AddHostedService(provider => provider.GetRequiredService<StaleTopicsService>());
        if (options.Group is null)
        {
            services.AddHostedService<MqttService>();
        }
        else
        {
            services.AddHostedService<GroupService>();
        }

        services.AddLogger<ServersService>();
        services.AddHostedService<ServersService>();
        services.AddSingleton<IdleMemory>();
        services.AddHostedService<IdleMemoryService>();
        return services;
    }

    /// <summary>Registers what reads the configuration again.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="source">Where it is; null: it cannot be read again.</param>
    /// <param name="requests">Who asks for it.</param>
    /// <param name="restart">Receives the configuration if all services must start again with it.</param>
    public static void AddReload(
        this IServiceCollection services,
        ConfigurationSource? source,
        ReloadRequests requests,
        InPlaceRestart restart
    )
    {
        if (source is null)
        {
            services.AddSingleton<IConfigurationReload, NoReload>();
            return;
        }

        services.AddSingleton(source);
        services.AddSingleton(requests);
        services.AddSingleton(restart);
        services.AddSingleton<IConfigurationReload>(requests);
        services.AddSingleton<ReloadSteps>();
        services.AddLogger<ReloadService>();
        services.AddHostedService<ReloadService>();
    }

    private static void AddMetrics(this IServiceCollection services)
    {
        services.AddSingleton<Liveness>();
        services.AddSingleton<MetricsSource>();
        services.AddSingleton<MetricsServer>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsServer>());
    }

    private static void AddWebConsole(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var state = provider.GetRequiredService<StateDirectory>();
            return new ConsoleFiles(state.ConsoleTokenFile, state.JournalFile);
        });
        services.AddSingleton<ConsoleServices>();
        services.AddSingleton<ConsoleServer>();
        services.AddHostedService(provider => provider.GetRequiredService<ConsoleServer>());
    }
}
