using Microsoft.Extensions.Logging;
using SshMqttBridge.Actions;
using SshMqttBridge.Audit;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Journal;

namespace SshMqttBridge.Servers;

/// <summary>All servers, each with its own queue, worker and connection.</summary>
internal sealed class ServerSet
{
    private readonly List<Server> _servers = [];
    private readonly Dictionary<string, Server> _byId = new(StringComparer.Ordinal);
    private readonly ServerContext _context;
    private readonly ConnectThrottle _turns;
    private readonly BridgeInfo _info;
    private readonly ActionScheduler _scheduler;

    public ServerSet(IReadOnlyList<ServerOptions> options, ServerContext context)
    {
        _context = context;
        _turns = new ConnectThrottle(context.Time);
        _info = new BridgeInfo(context.Topics, context.Outbox, _servers, BridgeVersion.Text, context.Time);
        foreach (var server in options)
        {
            var made = Create(server, context);
            _servers.Add(made);
            _byId.Add(server.Id, made);
        }

        _scheduler = new ActionScheduler(
            _servers.SelectMany(ScheduledOf),
            context.Time,
            context.Loggers.CreateLogger<ActionScheduler>()
        );
    }

    public IReadOnlyDictionary<string, Server> ById => _byId;

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<Server> All => _servers;

    /// <summary>Tells all servers whether the bridge is connected to its broker.</summary>
    public void SetActive(bool isActive)
    {
        foreach (var server in _servers)
        {
            server.SetActive(isActive);
        }

        _scheduler.SetActive(isActive);
    }

    /// <summary>Gives what an earlier run of the bridge left behind its results.</summary>
    public void Recover(CommandJournal journal) =>
        journal.Recover(entry =>
        {
            if (_byId.TryGetValue(entry.ServerId, out var server))
            {
                server.Recover(entry);
            }
            else
            {
                var result = Recovery.ResultOf(entry);
                _context.Audit.Write(AuditEntry.Of(result, null, null));
                journal.Ended(entry.ServerId, entry.Id, _context.Time.GetUtcNow(), result.ToJson());
                journal.Acknowledged(entry.ServerId, entry.Id);
                _context.Publisher.PublishError(
                    Commands.Reasons.Interrupted,
                    $"Command {entry.Id} of server '{entry.ServerId}', which has left the configuration, was not finished.",
                    null
                );
            }
        });

    /// <summary>Runs all workers until each has stopped; see <see cref="Server.RunAsync"/>.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken deadline)
    {
        using var infoStop = new CancellationTokenSource();
        var informing = _info.RunAsync(infoStop.Token);
        var scheduling = _scheduler.RunAsync(stop);
        await Task.WhenAll(_servers.Select(server => Task.Run(() => server.RunAsync(stop, deadline), CancellationToken.None)));
        await scheduling;
        await infoStop.CancelAsync();
        await informing;
    }

    private IEnumerable<ScheduledAction> ScheduledOf(Server server) =>
        _context
            .Actions.Of(server.Options.Id)
            .Where(action => action.Options.Schedule is not null)
            .Select(action => new ScheduledAction(
                server.Options.Id,
                action,
                () => server.IsUnderWay(action.Options.Name),
                command => server.Submit(command)
            ));

    private Server Create(ServerOptions options, ServerContext context)
    {
        Server? server = null;
        var opener = new SessionOpener(options, context.Transports(options), context.KnownHosts, context.Time);
        var connection = new ServerConnection(
            options,
            opener,
            _turns,
            state =>
            {
                server?.ConnectionChanged(state);
                _info.Changed();
            },
            context.Time,
            context.Loggers.CreateLogger<ServerConnection>()
        );
        server = new Server(options, connection, new CommandRunner(options, connection, context), context);
        return server;
    }
}
