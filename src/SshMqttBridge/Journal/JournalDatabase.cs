using Microsoft.Data.Sqlite;
using SQLitePCL;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Journal;

/// <summary>The journal's file, open and right: what is asked of it is done, or fails with a <see cref="SqliteException"/>. Not thread-safe.</summary>
internal sealed class JournalDatabase : IDisposable
{
    /// <summary>How long another program may hold the file: somebody may look into it.</summary>
    private const int BusyMilliseconds = 1_000;

    private readonly SqliteConnection _connection;
    private readonly List<JournalStatement> _prepared = [];
    private readonly JournalStatement _accept;
    private readonly JournalStatement _sent;
    private readonly JournalStatement _ended;
    private readonly JournalStatement _acknowledged;
    private readonly JournalStatement _find;
    private readonly JournalCheckpoint _checkpoint;

    /// <summary>Opens the file, making it where there is none, and looks whether it is whole and can be written.</summary>
    /// <exception cref="SqliteException">It cannot be used.</exception>
    public JournalDatabase(string file)
    {
        CreateForOwnerOnly(file);
        _connection = Connect(file, SqliteOpenMode.ReadWriteCreate);
        _checkpoint = new JournalCheckpoint(file);
        try
        {
            _connection.Open();
            // For the statements that are run without ADO.NET, which has a wait of its own.
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
            if (JournalFault.IsMisfit(exception))
            {
                throw new SqliteException(exception.Message, JournalFault.Corrupt);
            }

            throw;
        }
    }

    /// <summary>A connection to a journal's file, not opened yet.</summary>
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

    /// <summary>Whether the tables of an open journal can tell an action: those of version 0.1 cannot.</summary>
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

    public byte[]? FindResult(string serverId, string id, long since) => _find.Bind(serverId).Bind(id).Bind(since).FirstBlob();

    /// <summary>Writes something that changes nothing.</summary>
    public void Probe() => Execute(JournalSql.Probe);

    /// <summary>Deletes what is too old and too much, and gives back the space.</summary>
    public void Trim(long since, int keepCommands, long keepBytes)
    {
        using var trim = Create(JournalSql.Trim, "$scheduled", "$keep", "$since");
        using var strip = Create(JournalSql.Strip, "$most", "$since");
        Run(trim, 0, keepCommands, since);
        Run(trim, 1, keepCommands, since);
        Run(strip, keepBytes, since);
        Execute(JournalSql.GiveBack);
    }

    /// <param name="unreadable">How many rows hold what nobody wrote; they are left out.</param>
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

    /// <summary>Adds rows as they stood in another journal, all or none.</summary>
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

    public void Dispose()
    {
        _checkpoint.Dispose();
        foreach (var command in _prepared)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    /// <summary>SQLite would make the file readable by others, as far as the umask lets it; commands and their output are nobody else's.</summary>
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
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is there; or it cannot be made, and SQLite will say why.
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

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>A statement that lives as long as the connection.</summary>
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
