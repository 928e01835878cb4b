using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Journal;

namespace SshMqttBridge.Servers;

/// <summary>Ends the commands that an earlier run of the bridge left unfinished.</summary>
internal sealed class JournalRecovery(CommandJournal journal, ServerSet servers, AuditLog audit, ResultPublisher publisher)
{
    /// <summary>Recovers now, or as soon as the journal can be opened. Call once, before commands are accepted.</summary>
    public void Start() => journal.Recover(Recover);

    private void Recover(JournalEntry entry)
    {
        if (servers.Find(entry.ServerId) is { } server)
        {
            server.Recover(entry);
            return;
        }

        var result = Recovery.ResultOf(entry);
        audit.Write(AuditEntry.Of(result, null, null));
        journal.Ended(entry.ServerId, entry.Id, journal.Now, result.ToJson());
        journal.Acknowledged(entry.ServerId, entry.Id);
        publisher.PublishError(
            Reasons.Interrupted,
            $"Command {entry.Id} was interrupted; its server '{entry.ServerId}' is no longer in the configuration.",
            null
        );
    }
}
