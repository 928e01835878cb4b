using Microsoft.Data.Sqlite;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Results;

/// <summary>
/// Remembers each accepted command until the broker has its result, so that it has exactly one also when the bridge is killed,
/// and what ended lately. SQLite in WAL mode without a sync at each commit: what is written outlives the process, and the last moments may not outlive a
/// power cut (docs/adr). Thread-safe.
/// </summary>
internal sealed class Journal : IDisposable
{
    /// <summary>How many ended commands are kept at least, beside those of the last <see cref="CommandLimits.IdMemory"/>.</summary>
    public const int HistoryLength = 1_000;

    const int TrimEvery = 256;

    readonly Lock _gate = new();
    readonly SqliteConnection _connection;
    readonly SqliteCommand _accept;
    readonly SqliteCommand _sent;
    readonly SqliteCommand _ended;
    readonly SqliteCommand _settled;
    readonly SqliteCommand _find;
    readonly SqliteCommand _trim;
    int _endedSinceTrim;

    /// <summary>Opens the journal, making it where there is none.</summary>
    /// <exception cref="JournalException">It cannot be opened.</exception>
    public Journal(string file)
    {
        _connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Pooling = false,
                DefaultTimeout = 5,
            }.ToString()
        );
        try
        {
            _connection.Open();
            Execute(JournalSql.Schema);
            _accept = Prepare(JournalSql.Accept, "$server", "$id", "$operation", "$command", "$at", "$reply", "$correlation");
            _sent = Prepare(JournalSql.Sent, "$server", "$id");
            _ended = Prepare(JournalSql.Ended, "$server", "$id", "$at", "$result");
            _settled = Prepare(JournalSql.Settled, "$server", "$id");
            _find = Prepare(JournalSql.Find, "$server", "$id", "$since");
            _trim = Prepare(JournalSql.Trim, "$keep", "$since");
        }
        catch (SqliteException exception)
        {
            _connection.Dispose();
            throw new JournalException($"The journal {file} cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>Writes that a command was accepted: from here on it will have a result.</summary>
    /// <exception cref="JournalException">It cannot be written; the command must be refused.</exception>
    public void Accept(Command command) =>
        Run(
            _accept,
            command.Origin.ServerId,
            command.Id,
            command.Operation.ToString(),
            command.Text,
            command.Origin.ReceivedAt.ToUnixTimeMilliseconds(),
            command.Origin.Reply?.Topic,
            command.Origin.Reply?.CorrelationData?.ToArray()
        );

    /// <summary>Writes, just before it happens, that a command is sent to its server: from here on it may have run.</summary>
    /// <exception cref="JournalException">It cannot be written; the command must not be sent.</exception>
    public void Sent(Command command) => Run(_sent, command.Origin.ServerId, command.Id);

    /// <summary>Writes a command's result.</summary>
    /// <exception cref="JournalException">It cannot be written.</exception>
    public void Ended(string serverId, string id, DateTimeOffset at, byte[] result)
    {
        Run(_ended, serverId, id, at.ToUnixTimeMilliseconds(), result);
        if (Interlocked.Increment(ref _endedSinceTrim) % TrimEvery == 0)
        {
            Run(_trim, HistoryLength, (at - CommandLimits.IdMemory).ToUnixTimeMilliseconds());
        }
    }

    /// <summary>Writes that the broker has the result.</summary>
    /// <exception cref="JournalException">It cannot be written.</exception>
    public void Settled(string serverId, string id) => Run(_settled, serverId, id);

    /// <summary>The JSON result of a command of that server that ended after <paramref name="since"/>; null if there is none.</summary>
    /// <exception cref="JournalException">It cannot be read.</exception>
    public byte[]? FindResult(string serverId, string id, DateTimeOffset since)
    {
        lock (_gate)
        {
            Bind(_find, serverId, id, since.ToUnixTimeMilliseconds());
            return Guarded(() => _find.ExecuteScalar() as byte[]);
        }
    }

    /// <summary>The commands that the broker has no result of, oldest first: what an earlier run of the bridge left behind.</summary>
    /// <exception cref="JournalException">It cannot be read.</exception>
    public IReadOnlyList<JournalEntry> Unsettled()
    {
        lock (_gate)
        {
            return Guarded(() =>
            {
                using SqliteCommand command = _connection.CreateCommand();
                command.CommandText = JournalSql.Unsettled;
                using SqliteDataReader reader = command.ExecuteReader();
                var entries = new List<JournalEntry>();
                while (reader.Read())
                {
                    entries.Add(Read(reader));
                }

                return entries;
            });
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (SqliteCommand command in new[] { _accept, _sent, _ended, _settled, _find, _trim })
            {
                command.Dispose();
            }

            _connection.Dispose();
        }
    }

    static JournalEntry Read(SqliteDataReader reader)
    {
        string? replyTopic = reader.IsDBNull(6) ? null : reader.GetString(6);
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
        };
    }

    void Execute(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    SqliteCommand Prepare(string sql, params string[] parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (string parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        }

        command.Prepare();
        return command;
    }

    void Run(SqliteCommand command, params object?[] values)
    {
        lock (_gate)
        {
            Bind(command, values);
            Guarded(command.ExecuteNonQuery);
        }
    }

    static void Bind(SqliteCommand command, params object?[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }

    static T Guarded<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception exception)
            when (exception
                    is SqliteException
                        or InvalidCastException
                        or ArgumentException
                        or FormatException
                        or OverflowException
            )
        {
            // What is no SqliteException is a row that holds what nobody wrote.
            throw new JournalException($"The journal failed: {exception.Message}", exception);
        }
    }
}
