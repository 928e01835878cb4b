using System.Text.Json;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Journal;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>One server: accepts its commands, or rejects them at once. Its worker runs them. Thread-safe.</summary>
internal sealed partial class Server
{
    private readonly Func<ServerOptions, ServerEquipment> _equip;
    private readonly CommandQueue _queue;
    private readonly CommandLedger _ledger;
    private readonly ServerTopics _topics;
    private readonly Outbox _outbox;
    private readonly ICommandRecords _records;
    private readonly InterruptionMonitor _interruptions;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private volatile ServerAdmission _admission;
    private volatile ServerEquipment _equipment;

    // Of the equipment that runs.
    private CancellationTokenSource? _endOfEquipment;
    private volatile bool _isStopping;
    private volatile bool _isActive;
    private volatile bool _isServed = true;

    /// <param name="options">The server.</param>
    /// <param name="equip">Creates the worker and the connection; <see cref="RunAsync"/> disposes of them.</param>
    /// <param name="queue">The queued commands.</param>
    /// <param name="ledger">The pending commands.</param>
    /// <param name="topics">Publishes the server's state.</param>
    /// <param name="outbox">Shared by all servers.</param>
    /// <param name="records">The records of the group.</param>
    /// <param name="interruptions">Detects that the bridge did not run.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs cancellations.</param>
    public Server(
        ServerOptions options,
        Func<ServerOptions, ServerEquipment> equip,
        CommandQueue queue,
        CommandLedger ledger,
        ServerTopics topics,
        Outbox outbox,
        ICommandRecords records,
        InterruptionMonitor interruptions,
        TimeProvider time,
        ILogger<Server> logger
    )
    {
        _equip = equip;
        _queue = queue;
        _ledger = ledger;
        _topics = topics;
        _outbox = outbox;
        _records = records;
        _interruptions = interruptions;
        _time = time;
        _logger = logger;
        _admission = ServerAdmission.Of(options, time);
        _equipment = equip(options);
    }

    /// <summary>The options in force. The running command, and its connection, may still have those before.</summary>
    public ServerOptions Options => _admission.Options;

    public ConnectionState Connection => _equipment.Connection.State;

    /// <summary>The state of the connection, with the reason why the server is offline.</summary>
    public ConnectionStatus ConnectionStatus => _equipment.Connection.Status;

    /// <summary>The identity of the open session, or of the next one.</summary>
    public SessionIdentity Identity => _equipment.Connection.Identity;

    /// <summary>The running command, or null.</summary>
    public Command? Running => Worker.Running?.Command;

    /// <summary>The number of queued commands.</summary>
    public int QueuedCount => _queue.Count;

    /// <summary>The queued and running commands, in no particular order.</summary>
    public IReadOnlyList<Command> Pending => [.. _ledger.All().Select(pending => pending.Command)];

    /// <summary>Queues a command, or rejects it at once. Never waits.</summary>
    /// <returns>The published rejection; null: the command was accepted or is a duplicate.</returns>
    public CommandResult? Submit(Command command)
    {
        PendingCommand? pending = null;
        try
        {
            pending = _ledger.Enter(command, _admission.Policy.Count);
            if (pending is null)
            {
                return null; // A duplicate.
            }

            if (RefusalOf(pending.Command) is { } refusal)
            {
                return _ledger.Refuse(pending, refusal);
            }

            // CommandRunner records an exec or a transfer when it sends it; other commands are never sent.
            var usesChannel = OperationInfo.Of(pending.Command.Operation).UsesChannel;
            if (!_queue.IsAwaited || !usesChannel)
            {
                _ledger.Record(pending);
                if (usesChannel)
                {
                    _records.Accepted(pending);
                }
            }
        }
        catch (Exception exception) when (exception is JournalException or JsonException)
        {
            var outcome = CommandOutcome.Rejected(
                Reasons.Local,
                "The bridge cannot record the command in its journal, so it does not run it: " + exception.Message
            );
            return Refuse(pending, command, outcome);
        }

        _ledger.PublishAccepted(pending);
        Enqueue(pending);
        RecordIfNotSent(pending);
        return null;
    }

    /// <summary>Answers a message that is not a valid command.</summary>
    /// <param name="result">The result that describes the fault.</param>
    /// <param name="origin">Where the message came from.</param>
    /// <returns>The result.</returns>
    public CommandResult Reject(CommandResult result, CommandOrigin origin) =>
        _ledger.Refuse(result, origin.Topic, origin.Replies);

    /// <summary>Stops the running command, one by its id, or all, at once.</summary>
    /// <returns>The published rejection; null: the cancellation succeeded.</returns>
    public CommandResult? Cancel(CancelCommand command)
    {
        var targets = command.Target switch
        {
            "" => Worker.Running is { } running ? [running] : [],
            CancelCommand.All => _ledger.All(),
            _ => _ledger.Find(command.Target) is { } one ? [one] : [],
        };
        foreach (var target in targets)
        {
            Cancel(target);
        }

        if (targets.Count > 0 || command.Target == CancelCommand.All)
        {
            _ledger.Answer(command, new CommandOutcome(CommandStatus.Succeeded, null, $"Commands cancelled: {targets.Count}."));
            return null;
        }

        var message = command.Target.Length == 0 ? "No command is running." : "No command with this id is running or queued.";
        var refusal = CommandOutcome.Rejected(Reasons.Invalid, message);
        return _ledger.Refuse(
            CommandResult.Of(command, refusal, TimeSpan.Zero, TimeSpan.Zero),
            command.Origin.Topic,
            command.Origin.Replies
        );
    }

    /// <summary>Sets whether the bridge is active, that is, connected to its broker.</summary>
    public void SetActive(bool isActive)
    {
        _isActive = isActive;
        _equipment.Connection.SetActive(isActive);
        _queue.Wake();
    }

    /// <summary>False: another bridge on the base topic serves it, so this one neither accepts commands nor connects.</summary>
    public bool IsServed => _isServed;

    /// <summary>
    /// Sets whether this bridge serves the server. If not, commands that it has accepted still end as usual, on the connection
    /// that is open or on a new one.
    /// </summary>
    public void SetServed(bool isServed)
    {
        _isServed = isServed;
        _topics.SetServed(isServed);
        _equipment.Connection.SetServed(isServed);
        _queue.Wake();
    }

    /// <summary>
    /// Ends the queued commands, stops the running one, and closes the connection after it: another instance of the group may now
    /// serve the server.
    /// </summary>
    /// <returns>Completes when all of them have ended.</returns>
    public Task LoseLeaseAsync()
    {
        _equipment.Connection.CloseBeforeNext();
        var all = _ledger.All();
        foreach (var pending in all)
        {
            if (!EndQueued(pending, StopOutcome.LeaseLost))
            {
                pending.RequestStop(StopCause.LeaseLost);
            }
        }

        _queue.Wake();
        return Task.WhenAll(all.Select(pending => pending.WhenEnded));
    }

    /// <summary>Publishes the state again: another instance of the group may have published a different one.</summary>
    public void PublishState() => _topics.PublishAgain();

    /// <summary>
    /// Ends the queued commands after the bridge did not run for a while, and corrects the timeout of the running one.
    /// </summary>
    public void OnInterrupted()
    {
        foreach (var pending in _ledger.All())
        {
            if (_interruptions.HasBeenInterruptedSince(pending.Command.Origin.ReceivedTimestamp))
            {
                EndQueued(pending, StopOutcome.Interrupted);
            }
        }

        Worker.Running?.AfterInterruption?.Invoke();
    }

    /// <summary>Whether a run of the named action is queued or running.</summary>
    public bool IsUnderWay(string action) => PendingRunsOf(action).Any();

    /// <summary>Whether the last command, or the last run of an action, failed.</summary>
    public bool HasProblem => _topics.HasProblem;

    /// <summary>
    /// Publishes whether there is a problem now, and runs the command that finds out what an action has set, after a run of it.
    /// </summary>
    /// <returns>Whether there is another problem than before, or none any more.</returns>
    public bool OnEnded(CommandResult result)
    {
        var hasChanged = _topics.Ended(result);
        if (!_isStopping && _isServed && _admission.FollowUp.Of(result) is { } command && !FindsStateSoon(command.Action!))
        {
            Submit(command);
        }

        return hasChanged;
    }

    /// <summary>Ends a command that an earlier run of the bridge, or another instance of the group, left unfinished.</summary>
    /// <param name="entry">The command.</param>
    /// <param name="isRecorded">Whether the group has a record of it.</param>
    /// <param name="hasOwnId">See <see cref="Command.HasOwnId"/>.</param>
    public void Recover(JournalEntry entry, bool isRecorded = false, bool hasOwnId = false) =>
        _ledger.Recover(entry, isRecorded, hasOwnId);

    /// <summary>Publishes a new state of the connection.</summary>
    public void ConnectionChanged(ConnectionState state)
    {
        _topics.Connection(state.IsOnline);
        // The worker starts the idle timeout, also for a connection that no command waits for any more.
        _queue.Wake();
    }

    /// <summary>Runs until it is cancelled, then rejects the queued commands.</summary>
    /// <param name="failed">Called at once when a part of the server fails, which is a defect of the bridge. The server then
    /// stops as if cancelled.</param>
    /// <param name="stop">Ends the acceptance of commands; the running command may continue.</param>
    /// <param name="deadline">Stops the running command.</param>
    public async Task RunAsync(Action<Exception> failed, CancellationToken stop, CancellationToken deadline)
    {
        _topics.NothingYet();
        _topics.Connection(_equipment.Connection.State.IsOnline);
        Worker.PublishQueue();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var atStop = ending.Token.Register(() =>
        {
            _isStopping = true;
            RejectQueued();
        });
        using var atDeadline = deadline.Register(() =>
        {
            // Includes a command that the worker has dequeued but not yet marked as running.
            foreach (var pending in _ledger.All())
            {
                pending.RequestStop(StopCause.Shutdown);
            }
        });
        try
        {
            await RunEquipmentAsync(Fail, ending.Token);
            while (!ending.IsCancellationRequested)
            {
                Replace();
                await RunEquipmentAsync(Fail, ending.Token);
            }
        }
        finally
        {
            // The registration may be disposed of before its callback ran; commands submitted later would then stay queued.
            _isStopping = true;
            _topics.PublishFinalQueue();
            RejectQueued();
        }

        void Fail(Exception exception)
        {
            failed(exception);
            ending.Cancel();
        }
    }

    /// <summary>
    /// Takes over new options. What the server accepts changes at once. If they also concern its connection, the running command
    /// ends as it began, and the queued ones run on a new connection.
    /// </summary>
    public void Reconfigure(ServerOptions options)
    {
        lock (_gate)
        {
            _admission = ServerAdmission.Of(options, _time);
            _topics.Reconfigure(options);
            if (!_equipment.Suits(options))
            {
                _ = _endOfEquipment?.CancelAsync();
            }
        }
    }

    /// <summary>Runs the worker and keeps the connection until both are to be replaced, or the server stops.</summary>
    private async Task RunEquipmentAsync(Action<Exception> fail, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var equipment = _equipment;
        lock (_gate)
        {
            if (!equipment.Suits(Options))
            {
                end.Cancel(); // Reconfigured a moment ago.
            }

            _endOfEquipment = end;
        }

        var maintaining = equipment.Connection.MaintainAsync(end.Token).WithFailureReported(fail);
        try
        {
            await equipment.Worker.RunAsync(end.Token).WithFailureReported(fail);
        }
        finally
        {
            lock (_gate)
            {
                _endOfEquipment = null;
            }

            await maintaining;
            await equipment.Connection.DisposeAsync();
        }
    }

    private void Replace()
    {
        ServerConnection connection;
        lock (_gate)
        {
            _equipment = _equip(_admission.Options);
            connection = _equipment.Connection;
        }

        bool isActive;
        bool isServed;
        do
        {
            // They may change meanwhile, for either connection.
            (isActive, isServed) = (_isActive, _isServed);
            connection.SetActive(isActive);
            connection.SetServed(isServed);
        } while (isActive != _isActive || isServed != _isServed);

        // The one before has ended as if it had been closed on request.
        _topics.Status(connection.Status);
    }

    private ServerWorker Worker => _equipment.Worker;

    /// <summary>Records the command, unless the worker has already recorded and sent it.</summary>
    private void RecordIfNotSent(PendingCommand pending)
    {
        try
        {
            _ledger.Record(pending);
        }
        catch (JournalException)
        {
            // The worker has the command, and gets the same exception before it sends it.
        }
    }

    private CommandOutcome? RefusalOf(Command command) =>
        _records.Refusal
        ?? (_isServed ? null : ServedElsewhere)
        ?? _admission.Policy.RefusalOf(command)
        ?? (command.Origin.IsStale ? StopOutcome.Interrupted : null)
        ?? (_isStopping ? StopOutcome.ShuttingDown : null)
        ?? (_queue.Count >= Options.QueueLimit ? QueueFull() : null)
        ?? (command.Origin.Source != CommandSource.Mqtt && _outbox.IsFull ? OutboxFull() : null)
        ?? _admission.Policy.Count(command);

    private static CommandOutcome ServedElsewhere { get; } =
        CommandOutcome.Rejected(Reasons.Local, "Another bridge on the same base topic serves this server.");

    private CommandOutcome QueueFull() =>
        CommandOutcome.Rejected(Reasons.QueueFull, $"The queue is full: {Options.QueueLimit} commands are queued (queueLimit).");

    /// <summary>Without the broker, commands of other clients would fill the memory with unpublished results.</summary>
    private static CommandOutcome OutboxFull() =>
        CommandOutcome.Rejected(Reasons.Local, "The outbox is full: the broker is unavailable or slow.");

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

        if (!_queue.TryAdd(pending, Options.QueueLimit))
        {
            _ledger.End(pending, QueueFull());
            return;
        }

        // Only now: an earlier callback would find nothing in the queue.
        pending.Expiry?.Change(origin.TimeLeft(_time), Timeout.InfiniteTimeSpan);
        if (_isStopping)
        {
            // The command arrived while RunAsync rejected the queued ones.
            RejectQueued();
        }
        else if (Worker.Running is not null)
        {
            Worker.PublishQueue();
        }
    }

    /// <summary>Whether such a command is queued: the worker runs one command at a time, and calls this between two.</summary>
    private bool FindsStateSoon(string action) => PendingRunsOf(action).Any(command => command.FindsState);

    private IEnumerable<ExecCommand> PendingRunsOf(string action) =>
        _ledger.All().Select(pending => pending.Command).OfType<ExecCommand>().Where(command => command.Action == action);

    private void Cancel(PendingCommand target)
    {
        LogCancelling(Options.Id, target.Command.Id);
        if (!EndQueued(target, StopOutcome.NeverSent(StopCause.Cancelled)))
        {
            target.RequestStop(StopCause.Cancelled);
        }
    }

    private void Expire(PendingCommand pending) => EndQueued(pending, StopOutcome.Expired);

    /// <summary>Ends a queued command; false when it is no longer queued.</summary>
    private bool EndQueued(PendingCommand pending, CommandOutcome outcome)
    {
        if (!_queue.TryRemove(pending))
        {
            return false;
        }

        _ledger.End(pending, outcome);
        Worker.PublishQueue();
        return true;
    }

    private void RejectQueued()
    {
        while (_queue.TryTake(out var pending))
        {
            _ledger.End(pending, StopOutcome.ShuttingDown);
        }

        Worker.PublishQueue();
    }

    [LoggerMessage(2104, LogLevel.Information, "{Server}: cancelling {CommandId}")]
    private partial void LogCancelling(string server, string commandId);
}
