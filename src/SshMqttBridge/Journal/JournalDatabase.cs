using Microsoft.Data.Sqlite;
using SQLitePCL;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Journal;

/// <summary>
/// The open and valid database of the journal. Its methods throw <see cref="SqliteException"/>. Not thread-safe.
/// </summary>
internal sealed class JournalDatabase : IDisposable
{
    /// <summary>How long to wait for another program that locks the file, for example the sqlite3 shell.</summary>
    private const int BusyMilliseconds = 1_000;

    private readonly SqliteConnection _connection;
    private readonly List<JournalStatement> _prepared = [];
    private readonly JournalStatement _accept;
    private readonly JournalStatement _sent;
    private readonly JournalStatement _ended;
    private readonly JournalStatement _acknowledged;
    private readonly JournalStatement _find;
    private readonly JournalCheckpoint _checkpoint;

    /// <summary>Opens or creates the file, and verifies that it is intact and writable.</summary>
    /// <exception cref="SqliteException">The file cannot be used.</exception>
    public JournalDatabase(string file)
    {
        CreateForOwnerOnly(file);
        _connection = Connect(file, SqliteOpenMode.ReadWriteCreate);
        _checkpoint = new JournalCheckpoint(file);
        try
        {
            _connection.Open();
            // For statements that run without ADO.NET, which has a separate timeout.
            _ = raw.sqlite3_busy_timeout(_connection.Handle, BusyMilliseconds);
            Execute(JournalSql.Settings);
            Check();
            Execute(JournalSql.Schema);
            if (!HasActions(_connection))
            {
                Execute(JournalSql.AddActions);
            }

            Execute(JournalSql.ScheduledIndex);

            _accept = Prepare(JournalSql.Accept);
            _sent = Prepare(JournalSql.Sent);
            _ended = Prepare(JournalSql.Ended);
            _acknowledged = Prepare(JournalSql.Acknowledged);
            _find = Prepare(JournalSql.Find);
            Probe();
        }
        catch (SqliteException exception)
        {
            Dispose();
            if (JournalFault.IsUnknownSchema(exception))
            {
                throw new SqliteException(exception.Message, JournalFault.Corrupt);
            }

            throw;
        }
    }

    /// <summary>Creates a connection to a journal, not yet open.</summary>
    public static SqliteConnection Connect(string file, SqliteOpenMode mode) =>
        new(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Mode = mode,
                Pooling = false,
                DefaultTimeout = BusyMilliseconds / 1_000,
            }.ToString()
        );

    /// <summary>Runs statements without parameters and without rows.</summary>
    /// <exception cref="SqliteException">A statement failed.</exception>
    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Whether the table has the columns for actions; version 0.1 did not.</summary>
    public static bool HasActions(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = JournalSql.HasActions;
        return command.ExecuteScalar() is > 0L;
    }

    public void Accept(Command command, bool isSent)
    {
        _accept
            .Bind(command.Origin.ServerId)
            .Bind(command.Id)
            .Bind(command.Operation.ToString())
            .Bind(command.Text)
            .Bind(command.Origin.ReceivedAt.ToUnixTimeMilliseconds())
            .Bind(command.Origin.Reply?.Topic)
            .Bind(command.Origin.Reply?.CorrelationData?.ToArray())
            .Bind((command as ExecCommand)?.Action)
            .Bind(command.Origin.Source == CommandSource.Schedule)
            .Bind(isSent)
            .Run();
        _checkpoint.Wrote(command.Text?.Length ?? 0);
    }

    public void Sent(string serverId, string id)
    {
        _sent.Bind(serverId).Bind(id).Run();
        _checkpoint.Wrote();
    }

    public void Ended(string serverId, string id, long at, byte[] result)
    {
        _ended.Bind(at).Bind(result).Bind(serverId).Bind(id).Run();
        _checkpoint.Wrote(result.Length);
    }

    public void Acknowledged(string serverId, string id)
    {
        _acknowledged.Bind(serverId).Bind(id).Run();
        _checkpoint.Wrote();
    }

    public byte[]? FindResult(string serverId, string id, long since, long maximumBytes) =>
        _find.Bind(maximumBytes).Bind(serverId).Bind(id).Bind(since).FirstBlob();

    /// <summary>Writes without changing the content, to verify that the file is writable.</summary>
    public void Probe() => Execute(JournalSql.Probe);

    /// <summary>Deletes old rows and large outputs, and frees the space.</summary>
    public void Trim(long since, int keepCommands, long keepBytes)
    {
        using var trim = Create(JournalSql.Trim, "$scheduled", "$keep", "$since");
        using var strip = Create(JournalSql.Strip, "$maximum", "$since");
        Run(trim, 0, keepCommands, since);
        Run(trim, 1, keepCommands, since);
        Run(strip, keepBytes, since);
        Execute(JournalSql.FreeSpace);
    }

    /// <param name="unreadable">The number of skipped rows with invalid content.</param>
    public IReadOnlyList<JournalEntry> Unacknowledged(out int unreadable)
    {
        unreadable = 0;
        using var command = _connection.CreateCommand();
        command.CommandText = JournalSql.Unacknowledged;
        using var reader = command.ExecuteReader();
        var entries = new List<JournalEntry>();
        while (reader.Read())
        {
            try
            {
                entries.Add(Read(reader));
            }
            catch (Exception exception)
                when (exception is ArgumentException or InvalidCastException or FormatException or OverflowException)
            {
                unreadable++;
            }
        }

        return entries;
    }

    /// <summary>Copies rows from another journal, all or none.</summary>
    public void Add(IEnumerable<object[]> rows)
    {
        using var transaction = _connection.BeginTransaction();
        using var insert = Create(JournalSql.Copy, [.. Enumerable.Range(0, JournalSql.Columns).Select(i => $"$c{i}")]);
        insert.Transaction = transaction;
        foreach (var row in rows)
        {
            Run(insert, row);
        }

        transaction.Commit();
    }

    /// <summary>Adds commands of other instances of the group, all or none, except those that are known.</summary>
    /// <param name="entries">Those with a result have ended.</param>
    /// <param name="now">The end of those that have ended.</param>
    public void Import(IReadOnlyList<JournalEntry> entries, long now)
    {
        using var transaction = _connection.BeginTransaction();
        using var import = Create(
            JournalSql.Import,
            "$server",
            "$id",
            "$operation",
            "$at",
            "$reply",
            "$correlation",
            "$state",
            "$ended",
            "$result",
            "$action",
            "$scheduled"
        );
        import.Transaction = transaction;
        foreach (var entry in entries)
        {
            var hasEnded = entry.Result is not null;
            Run(
                import,
                entry.ServerId,
                entry.Id,
                entry.Operation.ToString(),
                entry.ReceivedAt.ToUnixTimeMilliseconds(),
                entry.Reply?.Topic,
                entry.Reply?.CorrelationData?.ToArray(),
                hasEnded ? 3
                    : entry.WasSent ? 1
                    : 0,
                hasEnded ? now : null,
                entry.Result,
                entry.Action,
                entry.IsScheduled ? 1 : 0
            );
        }

        transaction.Commit();
        _checkpoint.Wrote(entries.Sum(static entry => entry.Result?.Length ?? 0));
    }

    public void Forget(string serverId, string id, long receivedAt)
    {
        using var forget = Create(JournalSql.Forget, "$server", "$id", "$at");
        Run(forget, serverId, id, receivedAt);
        _checkpoint.Wrote();
    }

    public void Dispose()
    {
        _checkpoint.Dispose();
        foreach (var command in _prepared)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    /// <summary>Creates the file readable by its owner only; SQLite would apply the umask.</summary>
    private static void CreateForOwnerOnly(string file)
    {
        try
        {
            using var created = new FileStream(
                file,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = OwnerOnly.FileMode,
                }
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The file exists, or SQLite will report why it cannot be created.
        }
    }

    private void Check()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = JournalSql.Check;
        if (command.ExecuteScalar() is not "ok")
        {
            throw new SqliteException("The database fails its check.", JournalFault.Corrupt);
        }
    }

    private static JournalEntry Read(SqliteDataReader reader)
    {
        var replyTopic = reader.IsDBNull(6) ? null : reader.GetString(6);
        return new JournalEntry
        {
            ServerId = reader.GetString(0),
            Id = reader.GetString(1),
            Operation = Enum.Parse<Operation>(reader.GetString(2)),
            Command = reader.IsDBNull(3) ? null : reader.GetString(3),
            ReceivedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)),
            WasSent = reader.GetInt64(5) != 0,
            Reply = replyTopic is null
                ? null
                : new ReplyAddress(replyTopic, reader.IsDBNull(7) ? default(ReadOnlyMemory<byte>?) : (byte[])reader.GetValue(7)),
            Result = reader.IsDBNull(8) ? null : (byte[])reader.GetValue(8),
            Action = reader.IsDBNull(9) ? null : reader.GetString(9),
            IsScheduled = reader.GetInt64(10) != 0,
        };
    }

    private void Execute(string sql) => Execute(_connection, sql);

    /// <summary>Prepares a statement that lives as long as the connection.</summary>
    private JournalStatement Prepare(string sql)
    {
        JournalStatement statement = new(_connection, sql);
        _prepared.Add(statement);
        return statement;
    }

    private SqliteCommand Create(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        }

        return command;
    }

    private static void Run(SqliteCommand command, params object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        command.ExecuteNonQuery();
    }
}
