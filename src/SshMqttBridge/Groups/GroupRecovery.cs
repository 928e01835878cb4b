using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Journal;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Groups;

/// <summary>
/// Ends what earlier leaders left unfinished, once for each term: a command that was only accepted is <c>rejected</c>, one that may
/// have been sent is <c>lost</c>.
/// </summary>
internal sealed partial class GroupRecovery(
    CurrentOptions options,
    GroupView view,
    GroupRecords records,
    ServerSet servers,
    CommandJournal journal,
    ILogger<GroupRecovery> logger
)
{
    // Of this term.
    private readonly HashSet<(string Server, string Id)> _recovered = [];

    /// <summary>Posts the results. Call it before the bridge accepts commands in this term.</summary>
    /// <param name="epoch">The epoch of the term.</param>
    /// <param name="instance">This instance.</param>
    public void Run(long epoch, string instance)
    {
        // Nobody else has led since this instance did, as far as is known: what it has not published, nobody has.
        var isSuccessorOfItself = view.LastLeader is not { } last || (last.Instance == instance && last.Epoch >= epoch - 1);
        _recovered.Clear();
        var known = view.Records.Where(record => servers.Find(record.Server) is not null).ToDictionary(KeyOf);
        try
        {
            journal.Import([.. known.Values.Where(IsKnowledge).Select(record => record.ToEntry())]);
            foreach (var entry in journal.Unacknowledged())
            {
                RecoverOwn(entry, known, isSuccessorOfItself);
            }
        }
        catch (JournalException exception)
        {
            LogNoJournal(exception.Message);
        }

        records.CorrectOutdated();
        foreach (var record in known.Values)
        {
            Recover(record);
        }
    }

    /// <summary>Ends the command of an earlier leader, once. Not for concurrent calls.</summary>
    public void Recover(CommandRecord record)
    {
        if (servers.Find(record.Server) is not { } server || !_recovered.Add(KeyOf(record)))
        {
            return;
        }

        if (record.State == CommandRecordState.Ended)
        {
            if (!IsKnowledge(record))
            {
                records.Remove(record.Server, record.Key);
            }

            return;
        }

        var entry = record.ToEntry();
        LogEnding(record.Server, record.Id, record.Epoch);
        journal.Import([entry]);
        server.Recover(Allowed(entry), isRecorded: true, record.OwnId);
    }

    /// <summary>What this instance itself has left.</summary>
    private void RecoverOwn(JournalEntry entry, Dictionary<(string, string), CommandRecord> known, bool isSuccessorOfItself)
    {
        if (
            known.TryGetValue((entry.ServerId, entry.Id), out var record)
            && record.State != CommandRecordState.Ended
            // Otherwise a client has sent the command again, to a leader in between.
            && record.ReceivedAt == entry.ReceivedAt
        )
        {
            _recovered.Add(KeyOf(record));
            servers.Find(entry.ServerId)?.Recover(entry, isRecorded: true, record.OwnId);
        }
        else if (record is null && isSuccessorOfItself && servers.Find(entry.ServerId) is { } server)
        {
            server.Recover(entry);
        }
        else
        {
            // A leader in between has ended it. What this instance knows of its end, nobody has heard.
            journal.Forget(entry);
        }
    }

    /// <summary>Whether the id of an ended command must stay known.</summary>
    private static bool IsKnowledge(CommandRecord record) =>
        record
            is {
                State: CommandRecordState.Ended,
                OwnId: true,
                Result.Status: not CommandStatus.Rejected and not CommandStatus.Expired
            };

    /// <summary>Anyone may publish a record: a response topic must be one that a command may have.</summary>
    private JournalEntry Allowed(JournalEntry entry) =>
        entry.Reply is { } reply
        && TopicFilter.IsPublishable(reply.Topic)
        && !TopicScheme.IsWriteTopic(reply.Topic)
        && TopicFilter.MatchesAny(options.Value.Mqtt.ResponseTopics, reply.Topic)
            ? entry
            : entry with
            {
                Reply = null,
            };

    private static (string, string) KeyOf(CommandRecord record) => (record.Server, record.Id);

    [LoggerMessage(8010, LogLevel.Warning, "{Server}: ending {CommandId}, which the leader of epoch {Epoch} left unfinished")]
    private partial void LogEnding(string server, string commandId, long epoch);

    [LoggerMessage(8011, LogLevel.Error, "The journal cannot be read, so ids of earlier leaders are not known: {Reason}")]
    private partial void LogNoJournal(string reason);
}
