using Microsoft.Data.Sqlite;

namespace SshMqttBridge.Journal;

/// <summary>
/// Copies the journal's write-ahead log into the database file, on a pool thread and a connection of its own: a checkpoint waits for the disk, possibly for seconds, and a command that
/// is written meanwhile must not. Not thread-safe.
/// </summary>
/// <param name="file">The path of an open journal.</param>
internal sealed class JournalCheckpoint(string file) : IDisposable
{
    /// <summary>How much is written between two checkpoints; about SQLite's own default.</summary>
    private const long EveryBytes = 4 << 20;

    /// <summary>What one statement adds to the log at least: about four pages.</summary>
    private const long StatementBytes = 16 << 10;

    private Task _running = Task.CompletedTask;
    private long _bytes;

    /// <summary>Counts a statement that wrote, and starts a checkpoint when it is due.</summary>
    /// <param name="payloadBytes">The size of a payload that may be large.</param>
    public void Wrote(long payloadBytes = 0)
    {
        _bytes += StatementBytes + payloadBytes;
        if (_bytes >= EveryBytes && _running.IsCompleted)
        {
            _bytes = 0;
            _running = Task.Run(Run);
        }
    }

    /// <summary>Waits for a checkpoint that is running.</summary>
    public void Dispose() => _running.Wait();

    private void Run()
    {
        try
        {
            using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWrite);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = JournalSql.Checkpoint;
            command.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // The next write reports it; at 64 MiB SQLite runs the checkpoint inside a commit.
        }
    }
}
