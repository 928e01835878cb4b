using Microsoft.Extensions.Logging;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Events;
using SshMqttBridge.Journal;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Guarantees exactly one result for each command of a server. Tracks pending and recently ended commands, writes the
/// journal and the audit log, and publishes the results. Thread-safe.
/// </summary>
internal sealed partial class CommandLedger(
    string serverId,
    Func<SessionIdentity> identity,
    CommandJournal journal,
    ICommandRecords records,
    AuditLog audit,
    ResultPublisher publisher,
    RepeatBudget repeats,
    EventBus events,
    TimeProvider time,
    ILogger<CommandLedger> logger
)
{
    private readonly PendingCommands _pending = new(time);
    private readonly DuplicateAnswers _duplicates = new(serverId, publisher, repeats);

    /// <summary>Called after the result of an accepted command was published.</summary>
    public Action<CommandResult> Ended { get; init; } = static _ => { };

    public IReadOnlyList<PendingCommand> All() => _pending.All();

    public PendingCommand? Find(string id) => _pending.Find(id);

    /// <summary>
    /// Enters a new command. Returns null for a duplicate: a pending command answers it at its end, and for one that ended
    /// recently the bridge publishes the result again.
    /// </summary>
    /// <param name="submitted">The command.</param>
    /// <param name="limit">Counts a duplicate against the rate limit, and returns the rejection of one too many.</param>
    /// <exception cref="JournalException">The journal cannot be read; the command is not entered.</exception>
    public PendingCommand? Enter(Command submitted, Func<Command, CommandOutcome?> limit)
    {
        var command = _pending.Identify(submitted);
        var pending = new PendingCommand(command);
        Lazy<CommandOutcome?> refusal = new(() => limit(command));
        while (!_pending.TryAdd(pending))
        {
            var entry = refusal.Value is null ? _pending.AddDuplicate(command) : DuplicateEntry.TooMany;
            if (entry == DuplicateEntry.Ended)
            {
                continue;
            }

            pending.Dispose();
            OnDuplicate(command, entry == DuplicateEntry.Added ? null : refusal.Value ?? TooManyDuplicates, hasEnded: false);
            return null;
        }

        try
        {
            if (RecentResultOf(command) is not { } json)
            {
                return pending;
            }

            Remove(pending);
            OnDuplicate(command, refusal.Value, hasEnded: true);
            if (refusal.Value is null)
            {
                _duplicates.Answer(json, command.Origin.Reply);
            }

            return null;
        }
        catch
        {
            Remove(pending);
            throw;
        }
    }

    /// <summary>
    /// Records that the command is accepted. From now on it ends by <see cref="End(PendingCommand, CommandOutcome)"/>, or at
    /// the next start if the bridge is killed.
    /// </summary>
    /// <exception cref="JournalException">The journal cannot be written; the command must be rejected.</exception>
    public void Record(PendingCommand pending) => pending.Record(journal);

    /// <summary>Publishes an event: the command is accepted.</summary>
    public void PublishAccepted(PendingCommand pending)
    {
        if (events.HasSubscribers)
        {
            events.Publish(new ServerEvent.Accepted(pending.Command));
        }
    }

    /// <summary>Publishes an event: the worker has taken the command from the queue.</summary>
    public void PublishStarted(PendingCommand pending)
    {
        if (events.HasSubscribers)
        {
            events.Publish(new ServerEvent.Started(pending.Command));
        }
    }

    /// <summary>Rejects a command that was entered but not accepted.</summary>
    public CommandResult Refuse(PendingCommand pending, CommandOutcome outcome)
    {
        Remove(pending);
        return Refuse(
            CommandResult.Of(pending.Command, outcome, TimeSpan.Zero, TimeSpan.Zero),
            pending.Command.Origin.Topic,
            [.. pending.Command.Origin.Replies, .. pending.Duplicates.OfType<ReplyAddress>()]
        );
    }

    /// <summary>Rejects a message.</summary>
    /// <returns>The result.</returns>
    public CommandResult Refuse(CommandResult result, string topic, IReadOnlyList<ReplyAddress> replies)
    {
        LogRejected(serverId, topic, result.Reason ?? "", result.Message ?? "");
        Audit(result, topic);
        publisher.PublishRefusal(result, replies);
        PublishEnded(result);
        return result;
    }

    /// <summary>Answers a command that ends at once and needs no journal.</summary>
    public void Answer(Command command, CommandOutcome outcome)
    {
        var result = CommandResult.Of(command, outcome, TimeSpan.Zero, TimeSpan.Zero);
        Audit(result, command.Origin.Topic);
        publisher.Publish(result, result.ToJson(), command.Origin.Replies);
        PublishEnded(result);
    }

    /// <summary>Ends an accepted command that never started.</summary>
    public void End(PendingCommand pending, CommandOutcome outcome) =>
        End(pending, outcome, time.GetElapsedTime(pending.Command.Origin.ReceivedTimestamp), TimeSpan.Zero);

    /// <summary>Ends an accepted command: records and publishes its result.</summary>
    /// <param name="publishAlso">Publishes more messages in the same batch as the result.</param>
    public void End(
        PendingCommand pending,
        CommandOutcome outcome,
        TimeSpan queued,
        TimeSpan duration,
        Action? publishAlso = null
    )
    {
        var prepared = PrepareAndRecord(pending, outcome, queued, duration);
        var result = prepared.Result;

        // Only now: a later message with the same id finds the result in the journal.
        Remove(pending);
        using (publisher.Batch())
        {
            Publish(prepared, pending.Command.Origin.Replies, pending.HasRecord, pending.Command.HasOwnId);
            publishAlso?.Invoke();
        }

        // A scheduled run that succeeded, or that found something off, is not worth an entry at the default level.
        var isUsual = result.Status == CommandStatus.Succeeded || result.SaysOff == true;
        var level = result.Scheduled == true && isUsual ? LogLevel.Debug : LogLevel.Information;
        LogEnded(level, serverId, pending.Command.Id, result.Operation, result.Status, result.Message ?? "", result.DurationMs);
        PublishEnded(result);
        _duplicates.AnswerAll(result, prepared.Json, pending.Duplicates);
        Ended(result);
    }

    /// <summary>Ends a command that an earlier run of the bridge left unfinished.</summary>
    /// <param name="entry">The command.</param>
    /// <param name="isRecorded">Whether the group has a record of it.</param>
    /// <param name="hasOwnId">See <see cref="Command.HasOwnId"/>.</param>
    public void Recover(JournalEntry entry, bool isRecorded = false, bool hasOwnId = false)
    {
        var result = Recovery.ResultOf(entry);
        var json = result.ToJson();
        if (entry.Result is null)
        {
            Audit(result, null);
        }

        journal.Ended(entry.ServerId, entry.Id, journal.Now, json);
        using (publisher.Batch())
        {
            Publish(publisher.Prepare(result, json), entry.Reply is { } reply ? [reply] : [], isRecorded, hasOwnId);
        }
    }

    private static CommandOutcome TooManyDuplicates { get; } =
        CommandOutcome.Rejected(Reasons.QueueFull, "Too many repeated messages wait for the end of their command.");

    /// <summary>
    /// Records a result. If that fails, for example because the output needs more memory than there is, the result is recorded
    /// without its output, because a command must not end without a result.
    /// </summary>
    private PreparedResult PrepareAndRecord(PendingCommand pending, CommandOutcome outcome, TimeSpan queued, TimeSpan duration)
    {
        try
        {
            return PrepareAndRecord(pending, CommandResult.Of(pending.Command, outcome, queued, duration));
        }
        catch (Exception exception) when (outcome.Output.OutBytes + outcome.Output.ErrBytes > 0)
        {
            LogOutputDropped(serverId, pending.Command.Id, exception);
            return PrepareAndRecord(
                pending,
                CommandResult.Of(pending.Command, outcome.WithoutOutput(exception), queued, duration)
            );
        }
    }

    private PreparedResult PrepareAndRecord(PendingCommand pending, CommandResult result)
    {
        var prepared = publisher.Prepare(result);
        // Before the journal: if the bridge is killed between the two, the audit log has the command twice, never not at all.
        Audit(result, pending.Command.Origin.Topic, pending.RanAs);
        RecordUnsent(pending);
        journal.Ended(serverId, pending.Command.Id, journal.Now, prepared.Json);
        return prepared;
    }

    /// <summary>Logs and audits a duplicate, and rejects it if there are too many.</summary>
    private void OnDuplicate(Command command, CommandOutcome? refusal, bool hasEnded)
    {
        if (refusal is null)
        {
            LogDuplicate(serverId, command.Id);
            audit.Write(AuditEntry.OfDuplicate(command, identity()));
            return;
        }

        var result = CommandResult.Of(command, refusal, TimeSpan.Zero, TimeSpan.Zero);
        LogRejected(serverId, command.Origin.Topic, result.Reason ?? "", result.Message ?? "");
        Audit(result, command.Origin.Topic);
        publisher.PublishDuplicateRefusal(result, command.Origin.Reply, hasEnded);
    }

    /// <summary>
    /// The recorded result of a command with this id that ended recently. A client may retry a command that was never sent.
    /// </summary>
    private byte[]? RecentResultOf(Command command) =>
        command.HasOwnId
        && journal.FindResult(serverId, command.Id, CommandLimits.IdsKeptSince(journal.Now), _duplicates.MaximumBytes) is { } json
        && !RecordedResult.IsRetryable(json)
            ? json
            : null;

    /// <summary>Removes an ended command.</summary>
    private void Remove(PendingCommand pending)
    {
        _pending.Remove(pending);
        pending.Dispose();
    }

    private void PublishEnded(CommandResult result)
    {
        if (events.HasSubscribers)
        {
            events.Publish(ServerEvent.Ended.Of(result));
        }
    }

    /// <summary>
    /// Records a command that ended before it was recorded, so it was never sent. If the journal cannot be written, the command
    /// still ends, like a rejected one.
    /// </summary>
    private void RecordUnsent(PendingCommand pending)
    {
        try
        {
            pending.Record(journal, isLast: true);
        }
        catch (JournalException)
        {
            // The journal reported its failure when it began.
        }
    }

    /// <summary>Publishes the result of an accepted command, and its end to the group.</summary>
    private void Publish(PreparedResult prepared, IReadOnlyList<ReplyAddress> replies, bool isRecorded, bool hasOwnId)
    {
        var result = prepared.Result;
        publisher.Publish(prepared, replies, () => Acknowledge(result, isRecorded, hasOwnId));
        if (isRecorded)
        {
            records.Ended(result, hasOwnId);
        }
    }

    private void Acknowledge(CommandResult result, bool isRecorded, bool hasOwnId)
    {
        journal.Acknowledged(serverId, result.Id!);
        if (isRecorded)
        {
            records.Acknowledged(result, hasOwnId);
        }
    }

    private void Audit(CommandResult result, string? topic, SessionIdentity? ranAs = null) =>
        audit.Write(AuditEntry.Of(result, topic, ranAs ?? identity()));
}
