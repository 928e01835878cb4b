using Microsoft.Data.Sqlite;

namespace SshMqttBridge.Journal;

/// <summary>
/// Copies the journal's write-ahead log into the database file, on a pool thread and a separate connection: a checkpoint may
/// wait for the disk for seconds, and must not delay the writes of commands. Not thread-safe.
/// </summary>
/// <param name="file">The path of an open journal.</param>
internal sealed class JournalCheckpoint(string file) : IDisposable
{
    /// <summary>The number of bytes between two checkpoints; about SQLite's default.</summary>
    private const long EveryBytes = 4 << 20;

    /// <summary>The minimum size that one statement adds to the log: about four pages.</summary>
    private const long StatementBytes = 16 << 10;

    private Task _running = Task.CompletedTask;
    private long _bytes;

    /// <summary>Counts a write, and starts a checkpoint when it is due.</summary>
    /// <param name="payloadBytes">The size of the command or result.</param>
    public void Wrote(long payloadBytes = 0)
    {
        _bytes += StatementBytes + payloadBytes;
        if (_bytes >= EveryBytes && _running.IsCompleted)
        {
            _bytes = 0;
            _running = Task.Run(Run);
        }
    }

    /// <summary>Waits for a running checkpoint.</summary>
    public void Dispose() => _running.Wait();

    private void Run()
    {
        try
        {
            using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWrite);
            connection.Open();
            JournalDatabase.Execute(connection, JournalSql.Checkpoint);
        }
        catch (SqliteException)
        {
            // The next write reports it; at 64 MiB SQLite runs the checkpoint inside a commit.
        }
    }
}
