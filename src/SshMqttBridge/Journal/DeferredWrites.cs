namespace SshMqttBridge.Journal;

/// <summary>
/// Queues writes that must not be lost, in order, and retries failed ones when the journal can be written again. Their number is
/// bounded by the commands that were pending at the failure, since the bridge rejects new ones. Not thread-safe.
/// </summary>
internal sealed class DeferredWrites
{
    private readonly Queue<Action<JournalDatabase>> _writes = new();

    public bool IsEmpty => _writes.Count == 0;

    public void Add(Action<JournalDatabase> write) => _writes.Enqueue(write);

    /// <summary>Executes all writes; the next call starts with the one that failed.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The database cannot be written.</exception>
    public void Flush(JournalDatabase database)
    {
        while (_writes.TryPeek(out var write))
        {
            write(database);
            _writes.Dequeue();
        }
    }
}
