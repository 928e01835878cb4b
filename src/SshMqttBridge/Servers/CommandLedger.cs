using Microsoft.Extensions.Logging;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Events;
using SshMqttBridge.Journal;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Sees to it that each command of a server has exactly one result: knows which are pending and which ended lately, writes the journal and the audit log,
/// and has the results published. Thread-safe.
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
    /// Enters a command that came in; null when it means one that is pending, which then answers it too, or one that ended lately, whose result has been sent again.
    /// </summary>
    /// <exception cref="JournalException">It cannot be found out; the command is not entered.</exception>
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
            if (EarlierResultOf(command) is not ({ } earlier, { } json))
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

    /// <summary>Writes that the command is accepted: from here on it ends by <see cref="End(PendingCommand, CommandOutcome)"/>, also when the bridge is killed.</summary>
    /// <exception cref="JournalException">It cannot be written; the command must be refused.</exception>
    public void Record(PendingCommand pending) => pending.Record(journal);

    /// <summary>Tells who watches that the command is accepted.</summary>
    public void PublishAccepted(PendingCommand pending)
    {
        if (events.HasSubscribers)
        {
            events.Publish(new ServerEvent.Accepted(pending.Command));
        }
    }

    /// <summary>Reports that the worker has taken the command from the queue.</summary>
    public void PublishStarted(PendingCommand pending)
    {
        if (events.HasSubscribers)
        {
            events.Publish(new ServerEvent.Started(pending.Command));
        }
    }

    /// <summary>Answers a command that was entered and not accepted.</summary>
    public CommandResult Refuse(PendingCommand pending, CommandOutcome outcome)
    {
        var replies = Remove(pending);
        return Refuse(
            CommandResult.Of(pending.Command, outcome, TimeSpan.Zero, TimeSpan.Zero),
            pending.Command.Origin.Topic,
            replies
        );
    }

    /// <summary>Answers a message that is not carried out.</summary>
    /// <returns>The result.</returns>
    public CommandResult Refuse(CommandResult result, string topic, IReadOnlyList<ReplyAddress> replies)
    {
        LogRejected(serverId, topic, result.Reason ?? "", result.Message ?? "");
        Audit(result, topic);
        publisher.PublishRefusal(result, replies);
        Tell(result);
        return result;
    }

    /// <summary>Answers a command that needs no journal, as it is over at once.</summary>
    public void Answer(Command command, CommandOutcome outcome)
    {
        var result = CommandResult.Of(command, outcome, TimeSpan.Zero, TimeSpan.Zero);
        Audit(result, command.Origin.Topic);
        publisher.Publish(result, result.ToJson(), command.Origin.Replies);
        Tell(result);
    }

    /// <summary>Ends an accepted command that was never begun.</summary>
    public void End(PendingCommand pending, CommandOutcome outcome) =>
        End(pending, outcome, time.GetElapsedTime(pending.Command.Origin.ReceivedTimestamp), TimeSpan.Zero);

    /// <summary>Gives an accepted command its result.</summary>
    /// <param name="besides">Publishes what is to leave together with the result.</param>
    public void End(PendingCommand pending, CommandOutcome outcome, TimeSpan queued, TimeSpan duration, Action? besides = null)
    {
        var result = CommandResult.Of(pending.Command, outcome, queued, duration);
        // Before the journal: killed between the two, the command is in here twice rather than not at all.
        Audit(result, pending.Command.Origin.Topic, pending.RanAs);
        var json = result.ToJson();
        var id = pending.Command.Id;
        RecordAtLast(pending);
        journal.Ended(serverId, id, time.GetUtcNow(), json);

        // Only now: a message with the same id that comes from here on finds the result in the journal.
        var replies = Remove(pending);
        using (publisher.Batch())
        {
            publisher.Publish(result, json, replies, () => Acknowledge(id));
            besides?.Invoke();
        }

        // What runs every minute and goes well is no news.
        var level = result is { Scheduled: true, Status: CommandStatus.Succeeded } ? LogLevel.Debug : LogLevel.Information;
        LogEnded(level, serverId, id, result.Operation, result.Status, result.Message ?? "", result.DurationMs);
        Tell(result);
        for (var i = 0; i < pending.DuplicateCount; i++)
        {
            publisher.PublishAgain(result, json, null);
        }
    }

    /// <summary>Gives a command of an earlier run of the bridge the result that it lacks.</summary>
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

    /// <summary>The result of a command with this id that ended lately. One that was never tried may be tried again.</summary>
    private (CommandResult? Result, byte[]? Json) EarlierResultOf(Command command)
    {
        if (
            command.HasOwnId
            && journal.FindResult(serverId, command.Id, time.GetUtcNow() - CommandLimits.IdMemory) is { } json
            && CommandResult.FromJson(json) is { Status: not (CommandStatus.Rejected or CommandStatus.Expired) } result
        )
        {
            return (result, json);
        }

        return default;
    }

    /// <summary>Removes a command that has its answer, and tells whom to answer.</summary>
    private IReadOnlyList<ReplyAddress> Remove(PendingCommand pending)
    {
        _pending.Remove(pending);
        pending.Dispose();
        return [.. pending.Command.Origin.Replies, .. pending.DuplicateReplies];
    }

    private void Tell(CommandResult result)
    {
        if (events.HasSubscribers)
        {
            events.Publish(ServerEvent.Ended.Of(result));
        }
    }

    /// <summary>What ended before it was recorded was not sent. Where it cannot be recorded now it ends all the same, as if it had been refused.</summary>
    private void RecordAtLast(PendingCommand pending)
    {
        try
        {
            pending.Record(journal, isLast: true);
        }
        catch (JournalException)
        {
            // Told when the journal began to fail.
        }
    }

    private void Acknowledge(string id) => journal.Acknowledged(serverId, id);

    private void Audit(CommandResult result, string? topic, SessionIdentity? ranAs = null) =>
        audit.Write(AuditEntry.Of(result, topic, ranAs ?? connection.Identity));
}
