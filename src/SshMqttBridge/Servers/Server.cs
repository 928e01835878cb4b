using System.Text.Json;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Journal;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Servers;

/// <summary>One server as the dispatcher sees it: takes its commands, or says at once why not. Its worker does the rest. Thread-safe.</summary>
internal sealed partial class Server
{
    private readonly ServerOptions _options;
    private readonly ServerConnection _connection;
    private readonly CommandQueue _queue;
    private readonly CommandLedger _ledger;
    private readonly ServerWorker _worker;
    private readonly ServerTopics _topics;
    private readonly PolicyGuard _policy;
    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile bool _isStopping;

    /// <param name="options">The server.</param>
    /// <param name="connection">Owned: disposed of at the end of <see cref="RunAsync"/>.</param>
    /// <param name="queue">The commands that wait.</param>
    /// <param name="ledger">The commands that are known.</param>
    /// <param name="worker">Takes from the queue.</param>
    /// <param name="topics">The server's states.</param>
    /// <param name="policy">What the server may be asked for.</param>
    /// <param name="outbox">Shared by all servers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs cancellations.</param>
    public Server(
        ServerOptions options,
        ServerConnection connection,
        CommandQueue queue,
        CommandLedger ledger,
        ServerWorker worker,
        ServerTopics topics,
        PolicyGuard policy,
        Outbox outbox,
        TimeProvider time,
        ILogger<Server> logger
    )
    {
        _options = options;
        _connection = connection;
        _queue = queue;
        _ledger = ledger;
        _worker = worker;
        _topics = topics;
        _policy = policy;
        _outbox = outbox;
        _time = time;
        _logger = logger;
    }

    public ServerOptions Options => _options;

    public ConnectionState Connection => _connection.State;

    /// <summary>The command being carried out, or null.</summary>
    public Command? Running => _worker.Running?.Command;

    /// <summary>How many commands wait.</summary>
    public int QueuedCount => _queue.Count;

    /// <summary>The commands that wait or run, in no order.</summary>
    public IReadOnlyList<Command> Pending => [.. _ledger.All().Select(pending => pending.Command)];

    /// <summary>Takes a command: it is queued, or answered at once. Never waits.</summary>
    /// <returns>The refusal, which has been told; null: it was taken, or had come before.</returns>
    public CommandResult? Submit(Command command)
    {
        PendingCommand? pending = null;
        try
        {
            pending = _ledger.Enter(command);
            if (pending is null)
            {
                return null; // It has come before.
            }

            if (RefusalOf(pending.Command) is { } refusal)
            {
                return _ledger.Refuse(pending, refusal);
            }

            // Only what is sent is recorded with its being sent; the rest would end without having been.
            if (!_queue.IsAwaited || pending.Command is not (ExecCommand or TransferCommand))
            {
                _ledger.Record(pending);
            }
        }
        catch (Exception exception) when (exception is JournalException or JsonException)
        {
            var outcome = CommandOutcome.Rejected(
                Reasons.Local,
                "The bridge cannot record the command in its journal, so it is not run: " + exception.Message
            );
            return Refuse(pending, command, outcome);
        }

        _ledger.PublishAccepted(pending);
        Enqueue(pending);
        RecordIfNotSent(pending);
        return null;
    }

    /// <summary>Answers a message that is not a valid command.</summary>
    /// <param name="result">What is wrong with it.</param>
    /// <param name="origin">Where the message came from.</param>
    /// <returns>The result.</returns>
    public CommandResult Reject(CommandResult result, CommandOrigin origin) =>
        _ledger.Refuse(result, origin.Topic, origin.Replies);

    /// <summary>Stops the running command, one by its id, or all, at once.</summary>
    /// <returns>The refusal, which has been told; null: it was done.</returns>
    public CommandResult? Cancel(CancelCommand command)
    {
        var targets = command.Target switch
        {
            "" => _worker.Running is { } running ? [running] : [],
            CancelCommand.All => _ledger.All(),
            _ => _ledger.Find(command.Target) is { } one ? [one] : [],
        };
        foreach (var target in targets)
        {
            Cancel(target);
        }

        if (targets.Count > 0 || command.Target == CancelCommand.All)
        {
            _ledger.Answer(command, new CommandOutcome(CommandStatus.Succeeded, null, $"{targets.Count} cancelled."));
            return null;
        }

        var nothing = command.Target.Length == 0 ? "No command is running." : "No command with this id is running or queued.";
        var refusal = CommandOutcome.Rejected(Reasons.Invalid, nothing);
        return _ledger.Refuse(
            CommandResult.Of(command, refusal, TimeSpan.Zero, TimeSpan.Zero),
            command.Origin.Topic,
            command.Origin.Replies
        );
    }

    /// <summary>Tells whether the bridge is active, that is, connected to its broker.</summary>
    public void SetActive(bool isActive)
    {
        _connection.SetActive(isActive);
        _queue.Wake();
    }

    /// <summary>Whether a run of the named action waits or runs.</summary>
    public bool IsUnderWay(string action) =>
        _ledger.All().Any(pending => pending.Command is ExecCommand { Action: { } name } && name == action);

    /// <summary>Gives a command of an earlier run of the bridge the result that it lacks.</summary>
    public void Recover(JournalEntry entry) => _ledger.Recover(entry);

    /// <summary>Tells of a new state of the connection.</summary>
    public void ConnectionChanged(ConnectionState state)
    {
        _topics.Connection(state.IsOnline);
        // One that is open only now, since nobody waits for it any more, has an idle time too.
        _queue.Wake();
    }

    /// <summary>Works until told to stop, then answers what is left.</summary>
    /// <param name="stop">No more commands are taken or started; the one that runs may go on.</param>
    /// <param name="deadline">The running command is stopped too.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken deadline)
    {
        _topics.Connection(_connection.State.IsOnline);
        _worker.PublishQueue();
        using var atStop = stop.Register(() =>
        {
            _isStopping = true;
            RefuseWaiting();
        });
        using var atDeadline = deadline.Register(() =>
        {
            // Also one that has just been taken from the queue and is not yet called the running one.
            foreach (var pending in _ledger.All())
            {
                pending.RequestStop(StopCause.Shutdown);
            }
        });
        var maintaining = _connection.MaintainAsync(stop);
        try
        {
            await _worker.RunAsync(stop);
        }
        finally
        {
            // Not only by the registration: it may go before its turn has come, and nobody would take what is submitted from here on.
            _isStopping = true;
            RefuseWaiting();
            await maintaining;
            await _connection.DisposeAsync();
        }
    }

    /// <summary>A worker that waited for it has recorded it together with its being sent, unless it has to connect first.</summary>
    private void RecordIfNotSent(PendingCommand pending)
    {
        try
        {
            _ledger.Record(pending);
        }
        catch (JournalException)
        {
            // The worker has it, and finds that out as well before it sends it.
        }
    }

    private CommandOutcome? RefusalOf(Command command) =>
        _policy.RefusalOf(command)
        ?? (_isStopping ? StopOutcome.Stopping : null)
        ?? (_queue.Count >= _options.QueueLimit ? QueueFull() : null)
        ?? (command.Origin.Source != CommandSource.Mqtt && _outbox.IsFull ? OutboxFull() : null)
        ?? _policy.Count(command);

    private CommandOutcome QueueFull() =>
        CommandOutcome.Rejected(Reasons.QueueFull, $"{_options.QueueLimit} commands are waiting already (queueLimit).");

    /// <summary>Those that come by the broker stop when it goes away; others would fill the memory with results that nobody takes.</summary>
    private static CommandOutcome OutboxFull() =>
        CommandOutcome.Rejected(Reasons.Local, "Too much waits for the broker, which is away or slow, to take more commands.");

    private CommandResult Refuse(PendingCommand? pending, Command command, CommandOutcome outcome)
    {
        if (pending is not null)
        {
            return _ledger.Refuse(pending, outcome);
        }

        var result = CommandResult.Of(command, outcome, TimeSpan.Zero, TimeSpan.Zero);
        return _ledger.Refuse(result, command.Origin.Topic, command.Origin.Replies);
    }

    private void Enqueue(PendingCommand pending)
    {
        var origin = pending.Command.Origin;
        if (origin.Expiry is not null)
        {
            pending.Expiry = _time.CreateTimer(_ => Expire(pending), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        if (!_queue.TryAdd(pending))
        {
            _ledger.End(pending, QueueFull());
            return;
        }

        // Set only now: fired before, it would find nothing in the queue.
        pending.Expiry?.Change(origin.TimeLeft(_time), Timeout.InfiniteTimeSpan);
        if (_isStopping)
        {
            // It came while the last ones were answered.
            RefuseWaiting();
        }
        else if (_worker.Running is not null)
        {
            _worker.PublishQueue();
        }
    }

    private void Cancel(PendingCommand target)
    {
        LogCancelling(_options.Id, target.Command.Id);
        if (!EndWaiting(target, StopOutcome.Of(StopCause.Cancelled, wasSent: false)))
        {
            target.RequestStop(StopCause.Cancelled);
        }
    }

    private void Expire(PendingCommand pending) => EndWaiting(pending, StopOutcome.Expired);

    /// <summary>Ends a command that waits for its turn; false when it does not.</summary>
    private bool EndWaiting(PendingCommand pending, CommandOutcome outcome)
    {
        if (!_queue.TryRemove(pending))
        {
            return false;
        }

        _ledger.End(pending, outcome);
        _worker.PublishQueue();
        return true;
    }

    private void RefuseWaiting()
    {
        while (_queue.TryTake(out var pending))
        {
            _ledger.End(pending, StopOutcome.Stopping);
        }

        _worker.PublishQueue();
    }

    [LoggerMessage(2104, LogLevel.Information, "{Server}: {CommandId} is being cancelled")]
    private partial void LogCancelling(string server, string commandId);
}
