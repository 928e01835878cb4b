using Microsoft.Data.Sqlite;

namespace SshMqttBridge.Results;

/// <summary>Takes a damaged journal out of the way, and what can still be read out of it.</summary>
internal static class JournalSalvage
{
    /// <summary>Renames the file and its companions; returns the new name.</summary>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static string SetAside(string file, DateTimeOffset now)
    {
        string name = $"{file}.damaged-{now.UtcDateTime:yyyyMMdd'T'HHmmss.fff'Z'}";
        File.Move(file, name, overwrite: true);
        foreach (string companion in (string[])["-wal", "-shm"])
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
            using SqliteConnection connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadOnly);
            connection.Open();
            using SqliteCommand lenient = connection.CreateCommand();
            lenient.CommandText = JournalSql.ReadWhatIsThere;
            lenient.ExecuteNonQuery();
            if (!TryRead(connection, "ASC", rows))
            {
                TryRead(connection, "DESC", rows);
            }
        }
        catch (SqliteException)
        {
            // Not even its first page.
        }

        return rows.Values;
    }

    static bool TryRead(SqliteConnection connection, string direction, SortedDictionary<long, object[]> rows)
    {
        try
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"{JournalSql.All} {direction}";
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                object[] row = [.. Enumerable.Range(0, JournalSql.Columns).Select(reader.GetValue)];
                if (!rows.TryAdd(reader.GetInt64(JournalSql.Columns), row))
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
