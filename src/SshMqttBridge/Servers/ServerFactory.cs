using Microsoft.Extensions.Logging;
using SshMqttBridge.Audit;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Journal;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Ssh;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Servers;

/// <summary>Creates a server with its queue, worker and connection.</summary>
internal sealed class ServerFactory(
    TopicScheme topics,
    Outbox outbox,
    ResultPublisher publisher,
    CommandJournal journal,
    ICommandRecords records,
    AuditLog audit,
    EventBus events,
    SshTransportSource transports,
    KnownHosts knownHosts,
    BaseDirectory baseDirectory,
    ConnectThrottle throttle,
    InterruptionMonitor interruptions,
    CurrentOptions current,
    TimeProvider time,
    ILoggerFactory loggers
)
{
    private readonly RepeatBudget _repeats = new(time);

    /// <param name="options">The server.</param>
    /// <param name="changed">Called after each change of the connection's state and of the problem; must be quick and not call
    /// back.</param>
    public Server Create(ServerOptions options, Action changed)
    {
        Server? server = null;
        ServerTopics serverTopics = new(options, () => current.Value.HomeAssistant.Enabled, topics, outbox, events, time);
        CommandQueue queue = new();
        CommandLedger ledger = new(
            options.Id,
            () => server!.Identity,
            journal,
            records,
            audit,
            publisher,
            _repeats,
            events,
            time,
            loggers.CreateLogger<CommandLedger>()
        )
        {
            Ended = result =>
            {
                if (server?.OnEnded(result) == true)
                {
                    changed();
                }
            },
        };
        server = new Server(
            options,
            version => Equip(version, queue, ledger, serverTopics, OnConnectionChanged),
            queue,
            ledger,
            serverTopics,
            outbox,
            records,
            interruptions,
            time,
            loggers.CreateLogger<Server>()
        );
        return server;

        void OnConnectionChanged(ConnectionState state)
        {
            server?.ConnectionChanged(state);
            changed();
        }
    }

    private ServerEquipment Equip(
        ServerOptions options,
        CommandQueue queue,
        CommandLedger ledger,
        ServerTopics serverTopics,
        Action<ConnectionState> connectionChanged
    )
    {
        ServerConnection connection = new(
            options,
            new SessionOpener(options, transports(options), knownHosts, time),
            throttle,
            connectionChanged,
            serverTopics.Status,
            time,
            loggers.CreateLogger<ServerConnection>()
        );
        TransferRunner transfers = new(options, baseDirectory, topics, outbox, events, time);
        CommandRunner runner = new(options, connection, transfers, journal, records, publisher, events, interruptions, time);
        ServerWorker worker = new(
            options,
            queue,
            ledger,
            connection,
            runner,
            serverTopics,
            outbox,
            interruptions,
            time,
            loggers.CreateLogger<ServerWorker>()
        );
        return new ServerEquipment(options, connection, worker);
    }
}
