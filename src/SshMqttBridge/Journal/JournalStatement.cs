using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SshMqttBridge.Journal;

/// <summary>
/// A prepared statement that runs for each command. Uses the SQLite API directly, because an ADO.NET command allocates more than
/// the rest of the bridge per command. Bind the values in the order of the parameters, then run the statement, which clears
/// them. Not thread-safe.
/// </summary>
internal sealed class JournalStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _bound;

    /// <param name="connection">An open connection, which must outlive the statement.</param>
    /// <param name="sql">The SQL of one statement.</param>
    /// <exception cref="SqliteException">The statement cannot be prepared.</exception>
    public JournalStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    public JournalStatement Bind(string? value) =>
        Bound(value is null ? raw.sqlite3_bind_null(_statement, ++_bound) : raw.sqlite3_bind_text(_statement, ++_bound, value));

    public JournalStatement Bind(long value) => Bound(raw.sqlite3_bind_int64(_statement, ++_bound, value));

    public JournalStatement Bind(bool value) => Bind(value ? 1 : 0);

    public JournalStatement Bind(byte[]? value) =>
        Bound(value is null ? raw.sqlite3_bind_null(_statement, ++_bound) : raw.sqlite3_bind_blob(_statement, ++_bound, value));

    /// <summary>Runs the statement.</summary>
    /// <exception cref="SqliteException">The statement failed and changed nothing.</exception>
    public void Run() => Step(static _ => true);

    /// <summary>Returns the first column of the first row, or null without a row.</summary>
    /// <exception cref="SqliteException">The statement failed.</exception>
    public byte[]? FirstBlob() =>
        Step(static statement =>
            raw.sqlite3_column_type(statement, 0) == raw.SQLITE_BLOB ? raw.sqlite3_column_blob(statement, 0).ToArray() : null
        );

    public void Dispose() => _statement.Dispose();

    private T? Step<T>(Func<sqlite3_stmt, T> read)
    {
        try
        {
            var result = raw.sqlite3_step(_statement);
            if (result == raw.SQLITE_ROW)
            {
                return read(_statement);
            }

            Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
            return default;
        }
        finally
        {
            // Returns the same error as the step.
            _ = raw.sqlite3_reset(_statement);
            _ = raw.sqlite3_clear_bindings(_statement);
            _bound = 0;
        }
    }

    private JournalStatement Bound(int result)
    {
        Check(result);
        return this;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
