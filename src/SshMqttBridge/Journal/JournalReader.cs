using System.Text.Json;
using Microsoft.Data.Sqlite;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Journal;

/// <summary>Reads recent commands from the journal, whether or not the bridge is running. Never writes.</summary>
internal static class JournalReader
{
    /// <summary>The latest commands, the newest last.</summary>
    /// <param name="file">The journal.</param>
    /// <param name="serverId">The server's id; null: all servers.</param>
    /// <param name="count">The maximum number of commands.</param>
    /// <exception cref="JournalException">The journal does not exist or cannot be read.</exception>
    public static IReadOnlyList<HistoryEntry> Latest(string file, string? serverId, int count) =>
        Use(file, connection => Read(connection, serverId, count));

    /// <summary>Opens the journal read-only.</summary>
    /// <exception cref="JournalException">The journal does not exist or cannot be read.</exception>
    public static T Use<T>(string file, Func<SqliteConnection, T> read)
    {
        if (!File.Exists(file))
        {
            throw new JournalException($"The journal {file} does not exist: the bridge has not run here yet.");
        }

        try
        {
            using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadOnly);
            connection.Open();
            return read(connection);
        }
        catch (SqliteException exception)
        {
            var reason = JournalFault.IsUnknownSchema(exception)
                ? "it belongs to another program"
                : JournalFault.Describe(exception);
            throw new JournalException($"The journal {file} cannot be read: {reason}.", exception);
        }
    }

    private static List<HistoryEntry> Read(SqliteConnection connection, string? serverId, int count)
    {
        using var command = connection.CreateCommand();
        // Version 0.1 wrote this journal, and this version has not started since.
        var isOld = !JournalDatabase.HasActions(connection);
        command.CommandText = isOld ? JournalSql.WithoutActions(JournalSql.Latest) : JournalSql.Latest;
        command.Parameters.AddWithValue("$server", (object?)serverId ?? DBNull.Value);
        command.Parameters.AddWithValue("$count", count);
        using var reader = command.ExecuteReader();
        var entries = new List<HistoryEntry>();
        while (reader.Read())
        {
            entries.Add(
                new HistoryEntry(
                    DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)),
                    reader.GetString(0),
                    NameOf(reader.GetString(1)),
                    reader.IsDBNull(2) ? null : reader.GetString(2),
                    WasSent: reader.GetInt64(4) > 0,
                    reader.IsDBNull(5) ? null : ResultOf((byte[])reader.GetValue(5))
                )
                {
                    Action = reader.IsDBNull(6) ? null : reader.GetString(6),
                    IsScheduled = reader.GetInt64(7) != 0,
                }
            );
        }

        entries.Reverse();
        return entries;
    }

    /// <summary>The journal stores the member of <see cref="Operation"/>; a later version may have added one.</summary>
    private static string NameOf(string operation) =>
        OperationInfo.All.FirstOrDefault(info => info.Operation.ToString() == operation)?.Name ?? operation;

    /// <summary>Reads a result; null: it is damaged.</summary>
    public static CommandResult? ResultOf(byte[] json)
    {
        try
        {
            return CommandResult.FromJson(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
