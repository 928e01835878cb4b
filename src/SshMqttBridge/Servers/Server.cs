using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Policies;
using SshMqttBridge.Results;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// One server: takes its commands, keeps them in order, has its worker carry them out and sees to it that each has exactly one result. Thread-safe.
/// </summary>
internal sealed partial class Server
{
    static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    readonly ServerOptions _options;
    readonly ServerConnection _connection;
    readonly CommandQueue _queue;
    readonly PendingCommands _pending;
    readonly CommandRunner _runner;
    readonly Journal _journal;
    readonly ResultPublisher _publisher;
    readonly AuditLog _audit;
    readonly PolicyGuard _policy;
    readonly Outbox _outbox;
    readonly TopicScheme _topics;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Lock _publishing = new();
    volatile PendingCommand? _running;
    volatile bool _isStopping;
    byte[] _lastQueue = [];
    bool? _publishedOnline;

    public Server(ServerOptions options, ServerConnection connection, CommandRunner runner, ServerContext context)
    {
        _options = options;
        _connection = connection;
        _runner = runner;
        _queue = new CommandQueue(options.QueueLimit);
        _pending = new PendingCommands(context.Time);
        _journal = context.Journal;
        _publisher = context.Publisher;
        _audit = context.Audit;
        _policy = new PolicyGuard(options.Policy, context.Time);
        _outbox = context.Outbox;
        _topics = context.Topics;
        _time = context.Time;
        _logger = context.Loggers.CreateLogger<Server>();
    }

    public ServerOptions Options => _options;

    public ConnectionState Connection => _connection.State;

    /// <summary>Takes a command: it is queued, or answered at once. Never waits.</summary>
    public void Submit(Command submitted)
    {
        Command command = _pending.Identify(submitted);
        var pending = new PendingCommand(command);
        if (!_pending.TryAdd(pending))
        {
            LogDuplicate(_options.Id, command.Id);
            pending.Dispose();
            return;
        }

        try
        {
            if (EarlierResultOf(command) is ({ } earlier, { } json))
            {
                LogDuplicate(_options.Id, command.Id);
                Forget(pending);
                _publisher.PublishAgain(earlier, json, command.Origin.Reply);
                return;
            }

            if ((_policy.RefusalOf(command) ?? RefusalOf() ?? _policy.Count(command)) is { } refusal)
            {
                Refuse(pending, refusal);
                return;
            }

            _journal.Accept(command);
        }
        catch (Exception exception) when (exception is JournalException or JsonException)
        {
            if (exception is JsonException)
            {
                LogJournal(_options.Id, command.Id, exception);
            }

            Refuse(
                pending,
                CommandOutcome.Rejected(
                    Reasons.Local,
                    "The bridge cannot record the command in its journal, so it is not run: " + exception.Message
                )
            );
            return;
        }

        Enqueue(pending);
    }

    /// <summary>Answers a message that is no command with a result.</summary>
    public void Reject(ParsedCommand.Faulty fault)
    {
        LogRejected(_options.Id, fault.Origin.Topic, fault.Reason, fault.Message);
        CommandResult result = fault.ToResult();
        Audit(result, fault.Origin.Topic);
        _publisher.PublishRefusal(result, fault.Origin.Reply is { } reply ? [reply] : []);
    }

    /// <summary>Stops the running command, one by its id, or all, at once.</summary>
    public void Cancel(CancelCommand command)
    {
        IReadOnlyList<PendingCommand> targets = command.Target switch
        {
            "" => _running is { } running ? [running] : [],
            CancelCommand.All => _pending.All(),
            _ => _pending.Find(command.Target) is { } one ? [one] : [],
        };
        foreach (PendingCommand target in targets)
        {
            LogCancelling(_options.Id, target.Command.Id);
            if (_queue.TryRemove(target))
            {
                End(target, new CommandOutcome(CommandStatus.Cancelled, null, "The command was cancelled before its turn."));
                PublishQueue();
            }
            else
            {
                target.RequestStop(StopCause.Cancelled);
            }
        }

        CommandOutcome outcome =
            targets.Count > 0 || command.Target == CancelCommand.All
                ? new CommandOutcome(CommandStatus.Succeeded, null, $"{targets.Count} cancelled.")
                : CommandOutcome.Rejected(
                    Reasons.Invalid,
                    command.Target.Length == 0 ? "No command is running." : "No command with this id is running or queued."
                );
        CommandResult result = CommandResult.Of(command, outcome, TimeSpan.Zero, TimeSpan.Zero);
        Audit(result, command.Origin.Topic);
        IReadOnlyList<ReplyAddress> replies = command.Origin.Reply is { } reply ? [reply] : [];
        if (outcome.Status == CommandStatus.Rejected)
        {
            _publisher.PublishRefusal(result, replies);
        }
        else
        {
            _publisher.Publish(result, result.ToJson(), replies);
        }
    }

    /// <summary>Tells whether the bridge is active, that is, connected to its broker.</summary>
    public void SetActive(bool isActive)
    {
        _connection.SetActive(isActive);
        _queue.Wake();
    }

    /// <summary>Publishes that a command of an earlier run of the bridge has ended.</summary>
    public void Recover(JournalEntry entry)
    {
        CommandResult result = Recovery.ResultOf(entry);
        byte[] json = result.ToJson();
        if (entry.Result is null)
        {
            Audit(result, null);
        }

        _journal.Ended(entry.ServerId, entry.Id, _time.GetUtcNow(), json);
        _publisher.Publish(result, json, entry.Reply is { } reply ? [reply] : [], () => Settle(entry.Id));
    }

    /// <summary>Works until told to stop, then answers what is left.</summary>
    /// <param name="stop">No more commands are started; the one that runs may go on.</param>
    /// <param name="deadline">The running command is stopped too.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken deadline)
    {
        PublishConnection(_connection.State);
        PublishQueue();
        using CancellationTokenRegistration atStop = stop.Register(() =>
        {
            _isStopping = true;
            RefuseAll(Stopping());
        });
        using CancellationTokenRegistration atDeadline = deadline.Register(() =>
        {
            // Also one that has just been taken from the queue and is not yet called the running one.
            foreach (PendingCommand pending in _pending.All())
            {
                pending.RequestStop(StopCause.Shutdown);
            }
        });
        Task maintaining = _connection.MaintainAsync(stop);
        try
        {
            await WorkAsync(stop);
        }
        finally
        {
            PublishQueue();
            await maintaining;
            await _connection.DisposeAsync();
        }
    }

    /// <summary>Publishes a new state of the connection. One call at a time.</summary>
    public void PublishConnection(ConnectionState state)
    {
        // A connection that is open only now, since nobody waits for it any more, has an idle time too.
        _queue.Wake();
        if (_publishedOnline == state.IsOnline)
        {
            return; // Only the reason has changed; info tells it.
        }

        _publishedOnline = state.IsOnline;
        _outbox.Post(
            new MqttPublication(
                _topics.Of(_options.Id, "connection"),
                state.IsOnline ? "online"u8.ToArray() : "offline"u8.ToArray(),
                Retain: true
            )
        );
    }

    async Task WorkAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (_queue.TryTake(out PendingCommand? pending))
            {
                if (IsExpired(pending.Command))
                {
                    End(pending, Expired());
                }
                else
                {
                    await CarryOutAsync(pending);
                }

                continue;
            }

            PublishQueue();
            try
            {
                await WaitForWorkAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Waits for the next command, and closes the connection where it is not to stay open without one.</summary>
    async Task WaitForWorkAsync(CancellationToken stop)
    {
        if (_connection.MustFollowInactivity)
        {
            await _connection.DropAsync();
        }

        if (_options.PersistentConnection || !_connection.IsOpen)
        {
            await _queue.WaitAsync(stop);
            return;
        }

        using var idle = new CancellationTokenSource(_options.IdleTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, stop);
        try
        {
            await _queue.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            LogIdle(_options.Id, _options.IdleTimeout.TotalSeconds);
            await _connection.CloseAsync();
        }
    }

    async Task CarryOutAsync(PendingCommand pending)
    {
        TimeSpan queued = _time.GetElapsedTime(pending.Command.Origin.ReceivedTimestamp);
        long started = _time.GetTimestamp();
        _running = pending;
        PublishQueue();
        CommandOutcome outcome;
        try
        {
            outcome = await _runner.RunAsync(pending);
        }
        catch (Exception exception)
        {
            // A fault of ours must neither end the worker nor leave the command without a result.
            LogUnexpected(_options.Id, pending.Command.Id, exception);
            outcome = new CommandOutcome(
                _runner.WasSent ? CommandStatus.Lost : CommandStatus.Rejected,
                Reasons.Local,
                "The bridge failed: " + exception.Message
            );
        }

        _running = null;
        End(pending, outcome, queued, _time.GetElapsedTime(started));
    }

    void Enqueue(PendingCommand pending)
    {
        if (pending.Command.Origin.Expiry is not null)
        {
            pending.Expiry = _time.CreateTimer(_ => Expire(pending), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        if (!_queue.TryAdd(pending))
        {
            End(pending, QueueFull());
            return;
        }

        // Set only now: fired before, it would find nothing in the queue.
        pending.Expiry?.Change(LeftOf(pending.Command), Timeout.InfiniteTimeSpan);

        if (_isStopping)
        {
            // It came while the worker answered the last ones.
            RefuseAll(Stopping());
        }
        else if (_running is not null)
        {
            PublishQueue();
        }
    }

    void Expire(PendingCommand pending)
    {
        if (_queue.TryRemove(pending))
        {
            End(pending, Expired());
            PublishQueue();
        }
    }

    /// <summary>The result of a command with this id that ended lately. One that was never tried may be tried again.</summary>
    (CommandResult? Result, byte[]? Json) EarlierResultOf(Command command)
    {
        if (
            command.HasOwnId
            && _journal.FindResult(_options.Id, command.Id, _time.GetUtcNow() - CommandLimits.IdMemory) is { } json
            && CommandResult.FromJson(json) is { Status: not (CommandStatus.Rejected or CommandStatus.Expired) } result
        )
        {
            return (result, json);
        }

        return default;
    }

    bool IsExpired(Command command) => command.Origin.Expiry is not null && LeftOf(command) == TimeSpan.Zero;

    /// <summary>How long the command may still wait; no longer than a timer can, since MQTT's expiry goes up to 136 years.</summary>
    TimeSpan LeftOf(Command command)
    {
        TimeSpan left = (command.Origin.Expiry ?? LongestTimer) - _time.GetElapsedTime(command.Origin.ReceivedTimestamp);
        return left < TimeSpan.Zero ? TimeSpan.Zero
            : left > LongestTimer ? LongestTimer
            : left;
    }

    static CommandOutcome Expired() => new(CommandStatus.Expired, null, "The message expired before the command's turn.");

    CommandOutcome? RefusalOf() =>
        _isStopping ? Stopping()
        : _queue.Count >= _options.QueueLimit ? QueueFull()
        : null;

    static CommandOutcome Stopping() => StopOutcome.Of(StopCause.Shutdown, wasSent: false);

    CommandOutcome QueueFull() =>
        CommandOutcome.Rejected(Reasons.QueueFull, $"{_options.QueueLimit} commands are waiting already (queueLimit).");

    void RefuseAll(CommandOutcome outcome)
    {
        while (_queue.TryTake(out PendingCommand? pending))
        {
            End(pending, outcome);
        }

        PublishQueue();
    }

    /// <summary>Answers a command that the journal does not know of.</summary>
    void Refuse(PendingCommand pending, CommandOutcome outcome)
    {
        LogRejected(_options.Id, pending.Command.Origin.Topic, outcome.Reason ?? "", outcome.Message ?? "");
        CommandResult result = CommandResult.Of(pending.Command, outcome, TimeSpan.Zero, TimeSpan.Zero);
        Audit(result, pending.Command.Origin.Topic);
        _publisher.PublishRefusal(result, Forget(pending));
    }

    void End(PendingCommand pending, CommandOutcome outcome) =>
        End(pending, outcome, _time.GetElapsedTime(pending.Command.Origin.ReceivedTimestamp), TimeSpan.Zero);

    /// <summary>Gives an accepted command its result.</summary>
    void End(PendingCommand pending, CommandOutcome outcome, TimeSpan queued, TimeSpan duration)
    {
        CommandResult result = CommandResult.Of(pending.Command, outcome, queued, duration);
        // Before the journal: killed between the two, the command is in here twice rather than not at all.
        Audit(result, pending.Command.Origin.Topic, pending.RanAs);
        byte[] json = result.ToJson();
        _journal.Ended(_options.Id, pending.Command.Id, _time.GetUtcNow(), json);

        LogEnded(_options.Id, result.Id, result.Operation, result.Status, result.Message ?? "", result.DurationMs);
        // Only now: a message with the same id that comes from here on finds the result in the journal.
        IReadOnlyList<ReplyAddress> replies = Forget(pending);
        string id = pending.Command.Id;
        _publisher.Publish(result, json, replies, () => Settle(id));
        for (int i = 0; i < pending.DuplicateCount; i++)
        {
            _publisher.PublishAgain(result, json, null);
        }
    }

    void Audit(CommandResult result, string? topic, SessionIdentity? ranAs = null) =>
        _audit.Write(AuditEntry.Of(result, topic, ranAs ?? _connection.Identity));

    void Settle(string id) => _journal.Settled(_options.Id, id);

    /// <summary>Removes a command that has its answer, and tells whom to answer.</summary>
    IReadOnlyList<ReplyAddress> Forget(PendingCommand pending)
    {
        _pending.Remove(pending);
        pending.Dispose();
        return pending.Command.Origin.Reply is { } reply ? [reply, .. pending.DuplicateReplies] : [.. pending.DuplicateReplies];
    }

    /// <summary>Publishes what runs and how much waits; under a lock, so that the last one is the latest.</summary>
    void PublishQueue()
    {
        lock (_publishing)
        {
            string running = _running is { } pending
                ? JsonSerializer.Serialize(pending.Command.Id, BridgeJson.Relaxed.String)
                : "null";
            byte[] payload = Encoding.UTF8.GetBytes($$"""{"running":{{running}},"queued":{{_queue.Count}}}""");
            if (!payload.AsSpan().SequenceEqual(_lastQueue))
            {
                _lastQueue = payload;
                _outbox.Post(new MqttPublication(_topics.Of(_options.Id, "queue"), payload, Retain: true));
            }
        }
    }
}
