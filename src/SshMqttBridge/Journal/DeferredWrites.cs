namespace SshMqttBridge.Journal;

/// <summary>
/// Writes that must not get lost, in order: those that fail are repeated when the journal can be written again. There are no more than commands were pending when
/// it began to fail, since new ones are refused. Not thread-safe.
/// </summary>
internal sealed class DeferredWrites
{
    private readonly Queue<Action<JournalDatabase>> _writes = new();

    public void Add(Action<JournalDatabase> write) => _writes.Enqueue(write);

    /// <summary>Performs all of them; the one that fails is the first of the next call.</summary>
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
