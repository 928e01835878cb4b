using System.Text.Json;
using Microsoft.Data.Sqlite;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Journal;

/// <summary>Reads what ran lately, beside the bridge or without it. Changes nothing.</summary>
internal static class JournalReader
{
    /// <summary>The latest commands, the newest last.</summary>
    /// <param name="file">The journal.</param>
    /// <param name="serverId">Of one server; null: of all.</param>
    /// <param name="count">How many at the most.</param>
    /// <exception cref="JournalException">There is no journal, or it cannot be read.</exception>
    public static IReadOnlyList<HistoryEntry> Latest(string file, string? serverId, int count) =>
        Use(file, connection => Read(connection, serverId, count));

    /// <summary>Opens the journal for reading alone.</summary>
    /// <exception cref="JournalException">There is no journal, or it cannot be read.</exception>
    public static T Use<T>(string file, Func<SqliteConnection, T> read)
    {
        if (!File.Exists(file))
        {
            throw new JournalException($"There is no journal {file}: the bridge has not run here yet.");
        }

        try
        {
            using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadOnly);
            connection.Open();
            return read(connection);
        }
        catch (SqliteException exception)
        {
            var words = JournalFault.IsMisfit(exception) ? "it is none of this program's" : JournalFault.Words(exception);
            throw new JournalException($"The journal {file} cannot be read: {words}.", exception);
        }
    }

    private static List<HistoryEntry> Read(SqliteConnection connection, string? serverId, int count)
    {
        using var command = connection.CreateCommand();
        // Of a bridge that has not been started since it was replaced by this version.
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
                    reader.GetString(1),
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

    private static CommandResult? ResultOf(byte[] json)
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
