using Microsoft.Data.Sqlite;

namespace SshMqttBridge.Results;

/// <summary>
/// Moves what stands in the journal's write-ahead log into its file, on a thread of the pool and a connection of its own: it waits for the disk, which may take a second, and whoever
/// writes the next command into the log must not. Not thread-safe.
/// </summary>
/// <param name="file">The journal, which is open.</param>
internal sealed class JournalCheckpoint(string file) : IDisposable
{
    /// <summary>How much is written before it is worth while; about what SQLite itself takes.</summary>
    private const long EveryBytes = 4 << 20;

    /// <summary>What one statement adds to the log at the least: about four pages.</summary>
    private const long StatementBytes = 16 << 10;

    private Task _running = Task.CompletedTask;
    private long _bytes;

    /// <summary>To be called after each statement that wrote.</summary>
    /// <param name="payloadBytes">The size of what it wrote, where that may be large.</param>
    public void Wrote(long payloadBytes = 0)
    {
        _bytes += StatementBytes + payloadBytes;
        if (_bytes >= EveryBytes && _running.IsCompleted)
        {
            _bytes = 0;
            _running = Task.Run(Run);
        }
    }

    /// <summary>Waits for one that runs.</summary>
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
            // Who writes finds out by itself, at the latest when the log has grown so large that SQLite does this while writing.
        }
    }
}
