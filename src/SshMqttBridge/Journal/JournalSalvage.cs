using Microsoft.Data.Sqlite;

namespace SshMqttBridge.Journal;

/// <summary>Takes a damaged journal out of the way, and what can still be read out of it.</summary>
internal static class JournalSalvage
{
    /// <summary>Renames the file and its companions; returns the new name.</summary>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static string SetAside(string file, DateTimeOffset now)
    {
        var name = $"{file}.damaged-{now.UtcDateTime:yyyyMMdd'T'HHmmss.fff'Z'}";
        File.Move(file, name, overwrite: true);
        foreach (var companion in (string[])["-wal", "-shm"])
        {
            if (File.Exists(file + companion))
            {
                File.Move(file + companion, name + companion, overwrite: true);
            }
        }

        return name;
    }

    /// <summary>The rows that can be read, from both ends up to where the damage is. Never throws for damage.</summary>
    public static IReadOnlyCollection<object[]> Rows(string file)
    {
        var rows = new SortedDictionary<long, object[]>();
        try
        {
            using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadOnly);
            connection.Open();
            using var lenient = connection.CreateCommand();
            lenient.CommandText = JournalSql.ReadWhatIsThere;
            lenient.ExecuteNonQuery();
            var sql = JournalDatabase.HasActions(connection) ? JournalSql.All : JournalSql.WithoutActions(JournalSql.All);
            if (!TryRead(connection, $"{sql} ASC", rows))
            {
                TryRead(connection, $"{sql} DESC", rows);
            }
        }
        catch (SqliteException)
        {
            // Not even its first page.
        }

        return rows.Values;
    }

    private static bool TryRead(SqliteConnection connection, string sql, SortedDictionary<long, object[]> rows)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                if (reader.GetValue(JournalSql.Columns) is not long number)
                {
                    continue; // The table's definition is damaged, too: what was its key can be anything.
                }

                object[] row = [.. Enumerable.Range(0, JournalSql.Columns).Select(reader.GetValue)];
                if (!rows.TryAdd(number, row))
                {
                    break; // From here on it is known.
                }
            }

            return true;
        }
        catch (Exception exception) when (exception is SqliteException or InvalidCastException or ArgumentException)
        {
            return false;
        }
    }
}
