using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Actions;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.HomeAssistant;
using SshMqttBridge.Inbound;
using SshMqttBridge.Journal;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Operations;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;
using SshMqttBridge.Transfers;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Hosting;

/// <summary>The whole bridge put together: the MQTT worker feeds the dispatcher, the dispatcher the servers, and what they say goes back through the outbox.</summary>
internal sealed partial class Bridge(
    BridgeOptions options,
    IMqttTransport mqtt,
    SshTransportSource ssh,
    TimeProvider time,
    ILoggerFactory loggers,
    IHostApplicationLifetime lifetime
) : BackgroundService
{
    private readonly ILogger _logger = loggers.CreateLogger<Bridge>();
    private volatile bool _isBrokerThere;

    /// <summary>Whether the bridge ended by a failure rather than because it was told to.</summary>
    public bool HasFailed { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await BridgeAsync(stoppingToken);
        }
        catch (Exception exception)
            when (exception is StateDirectoryException or JournalException or IOException or ConsoleException)
        {
            HasFailed = true;
            LogCannotStart(_logger, exception.Message);
        }
        catch (Exception exception)
        {
            HasFailed = true;
            LogFailed(_logger, exception);
        }

        lifetime.StopApplication();
    }

    private async Task BridgeAsync(CancellationToken stoppingToken)
    {
        using var state = new StateDirectory(options.StateDirectory);
        using var baseDirectory = new BaseDirectory(options.BaseDirectory);
        var knownHosts = new KnownHosts(state.KnownHostsFile);
        foreach (var warning in knownHosts.Warnings())
        {
            LogWarning(_logger, warning);
        }

        var topics = new TopicScheme(options.Mqtt.BaseTopic);
        var outbox = new Outbox();
        var publisher = new ResultPublisher(
            topics,
            outbox,
            options.Servers.ToDictionary(server => server.Id, StringComparer.Ordinal)
        );
        Action<StorageNotice> notify = notice => Tell(notice, publisher);
        using var journal = new CommandJournal(state.JournalFile, time, notify, state.Obstacle);
        using var audit = new AuditLog(options.Audit, time, notify);
        var actions = new ActionCatalog(options.Servers);
        var context = new ServerContext(topics, outbox, publisher, journal, ssh, knownHosts, baseDirectory, time, loggers)
        {
            Audit = audit,
            Actions = actions,
        };
        var servers = new ServerSet(options.Servers, context);
        var parser = new CommandParser(options.Mqtt.ResponseTopics, time, actions);
        var dispatcher = new Dispatcher(topics, parser, servers.ById, publisher, loggers.CreateLogger<Dispatcher>(), audit);
        var discovery = new Discovery(
            options,
            topics,
            new DiscoveryStore(state.DiscoveryFile, state.Obstacle),
            outbox,
            time,
            loggers.CreateLogger<Discovery>()
        );
        var worker = new MqttWorker(
            mqtt,
            options.Mqtt,
            Setup(topics, dispatcher, discovery),
            outbox,
            time,
            loggers.CreateLogger<MqttWorker>()
        )
        {
            ConnectionChanged = isThere => BrokerChanged(isThere, servers, context.Events),
        };
        servers.Recover(journal);
        LogStarted(_logger, BridgeVersion.Text, options.Servers.Count, string.Join(", ", options.Mqtt.Brokers));
        await using var console = options.WebConsole.Enabled
            ? await StartConsoleAsync(state, servers, dispatcher, context.Events)
            : null;
        await RunAsync(servers, worker, discovery, console, stoppingToken);
        LogStopped(_logger);
    }

    private void BrokerChanged(bool isThere, ServerSet servers, EventBus events)
    {
        _isBrokerThere = isThere;
        servers.SetActive(isThere);
        events.Publish(new ServerEvent.Broker(isThere));
    }

    private async Task<IAsyncDisposable> StartConsoleAsync(
        StateDirectory state,
        ServerSet servers,
        Dispatcher dispatcher,
        EventBus events
    ) =>
        await ConsoleServer.StartAsync(
            new ConsoleServices(
                options.WebConsole,
                state.ConsoleTokenFile,
                state.JournalFile,
                servers.All,
                dispatcher,
                events,
                () => _isBrokerThere,
                time,
                loggers
            )
        );

    /// <summary>Tells about the bridge's own files: in the log, and what is bad to the clients too.</summary>
    private void Tell(StorageNotice notice, ResultPublisher publisher)
    {
        if (notice.IsGood)
        {
            LogRepaired(_logger, notice.Message);
            return;
        }

        LogWarning(_logger, notice.Message);
        publisher.PublishError(Reasons.Local, notice.Message, null);
    }

    private static MqttWorkerSetup Setup(TopicScheme topics, Dispatcher dispatcher, Discovery discovery) =>
        new()
        {
            StateTopic = topics.BridgeState,
            ErrorTopic = topics.BridgeError,
            Filters = topics.WriteFilters,
            OptionalFilters = discovery.Filters,
            Deliver = delivery =>
            {
                if (!discovery.Take(delivery))
                {
                    dispatcher.Dispatch(delivery);
                }
            },
            MaximumPayloadBytes = CommandLimits.PayloadBytes,
        };

    /// <summary>Runs until told to stop; then the servers stop first, so that what they still have to say is published.</summary>
    private async Task RunAsync(
        ServerSet servers,
        MqttWorker worker,
        Discovery discovery,
        IAsyncDisposable? console,
        CancellationToken stop
    )
    {
        using var deadline = new CancellationTokenSource();
        using var stopMqtt = new CancellationTokenSource();
        // One that fails takes the bridge with it: better ended and started again than half alive.
        using var stopServers = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // First, so that Home Assistant knows the topics before there is something on them.
        var telling = discovery.RunAsync(stopServers.Token);
        var connected = worker.RunAsync(stopMqtt.Token);
        var working = servers.RunAsync(stopServers.Token, deadline.Token);
        var givingBack = new IdleMemory(time).RunAsync(stopServers.Token);
        await Task.WhenAny(
            connected,
            working,
            telling,
            Task.Delay(Timeout.Infinite, stop).ContinueWith(static _ => { }, TaskScheduler.Default)
        );
        LogStopping(_logger, options.ShutdownTimeout.TotalSeconds);
        var closing = console?.DisposeAsync().AsTask() ?? Task.CompletedTask;
        await stopServers.CancelAsync();
        deadline.CancelAfter(options.ShutdownTimeout);
        try
        {
            await working;
        }
        finally
        {
            await stopMqtt.CancelAsync();
            await Task.WhenAll(connected, telling, closing, givingBack);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "SshMqttBridge {Version}: {Count} server(s), broker {Broker}")]
    static partial void LogStarted(ILogger logger, string version, int count, string broker);

    [LoggerMessage(2, LogLevel.Information, "Stopping; running commands have {Seconds} s")]
    static partial void LogStopping(ILogger logger, double seconds);

    [LoggerMessage(3, LogLevel.Information, "Stopped")]
    static partial void LogStopped(ILogger logger);

    [LoggerMessage(5, LogLevel.Critical, "{Message}")]
    static partial void LogCannotStart(ILogger logger, string message);

    [LoggerMessage(6, LogLevel.Critical, "The bridge failed; please report it")]
    static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(7, LogLevel.Information, "{Message}")]
    static partial void LogRepaired(ILogger logger, string message);

    [LoggerMessage(4, LogLevel.Warning, "{Warning}")]
    static partial void LogWarning(ILogger logger, string warning);
}
