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
    ServerConnection connection,
    CommandJournal journal,
    AuditLog audit,
    ResultPublisher publisher,
    EventBus events,
    TimeProvider time,
    ILogger<CommandLedger> logger
)
{
    private readonly PendingCommands _pending = new(time);

    public IReadOnlyList<PendingCommand> All() => _pending.All();

    public PendingCommand? Find(string id) => _pending.Find(id);

    /// <summary>
    /// Enters a new command. Returns null for a duplicate: a pending command answers it at its end, and for one that ended
    /// recently the bridge publishes the result again.
    /// </summary>
    /// <exception cref="JournalException">The journal cannot be read; the command is not entered.</exception>
    public PendingCommand? Enter(Command submitted)
    {
        var command = _pending.Identify(submitted);
        var pending = new PendingCommand(command);
        if (!_pending.TryAdd(pending))
        {
            LogDuplicate(serverId, command.Id);
            pending.Dispose();
            return null;
        }

        try
        {
            if (RecentResultOf(command) is not ({ } earlier, { } json))
            {
                return pending;
            }

            LogDuplicate(serverId, command.Id);
            Remove(pending);
            publisher.PublishAgain(earlier, json, command.Origin.Reply);
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
        var replies = Remove(pending);
        return Refuse(
            CommandResult.Of(pending.Command, outcome, TimeSpan.Zero, TimeSpan.Zero),
            pending.Command.Origin.Topic,
            replies
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
        var result = CommandResult.Of(pending.Command, outcome, queued, duration);
        // Before the journal: if the bridge is killed between the two, the audit log has the command twice, never not at all.
        Audit(result, pending.Command.Origin.Topic, pending.RanAs);
        var json = result.ToJson();
        var id = pending.Command.Id;
        RecordUnsent(pending);
        journal.Ended(serverId, id, time.GetUtcNow(), json);

        // Only now: a later message with the same id finds the result in the journal.
        var replies = Remove(pending);
        using (publisher.Batch())
        {
            publisher.Publish(result, json, replies, () => Acknowledge(id));
            publishAlso?.Invoke();
        }

        // A successful scheduled run is not worth an entry at the default level.
        var level = result is { Scheduled: true, Status: CommandStatus.Succeeded } ? LogLevel.Debug : LogLevel.Information;
        LogEnded(level, serverId, id, result.Operation, result.Status, result.Message ?? "", result.DurationMs);
        PublishEnded(result);
        for (var i = 0; i < pending.DuplicateCount; i++)
        {
            publisher.PublishAgain(result, json, null);
        }
    }

    /// <summary>Ends a command that an earlier run of the bridge left unfinished.</summary>
    public void Recover(JournalEntry entry)
    {
        var result = Recovery.ResultOf(entry);
        var json = result.ToJson();
        if (entry.Result is null)
        {
            Audit(result, null);
        }

        journal.Ended(entry.ServerId, entry.Id, time.GetUtcNow(), json);
        publisher.Publish(result, json, entry.Reply is { } reply ? [reply] : [], () => Acknowledge(entry.Id));
    }

    /// <summary>
    /// The result of a command with this id that ended recently. A client may retry a command that was never sent.
    /// </summary>
    private (CommandResult? Result, byte[]? Json) RecentResultOf(Command command)
    {
        if (
            command.HasOwnId
            && journal.FindResult(serverId, command.Id, CommandLimits.IdsKeptSince(time.GetUtcNow())) is { } json
            && CommandResult.FromJson(json) is { Status: not (CommandStatus.Rejected or CommandStatus.Expired) } result
        )
        {
            return (result, json);
        }

        return default;
    }

    /// <summary>Removes an ended command, and returns the reply addresses.</summary>
    private IReadOnlyList<ReplyAddress> Remove(PendingCommand pending)
    {
        _pending.Remove(pending);
        pending.Dispose();
        return [.. pending.Command.Origin.Replies, .. pending.DuplicateReplies];
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

    private void Acknowledge(string id) => journal.Acknowledged(serverId, id);

    private void Audit(CommandResult result, string? topic, SessionIdentity? ranAs = null) =>
        audit.Write(AuditEntry.Of(result, topic, ranAs ?? connection.Identity));
}
