using Microsoft.Data.Sqlite;

namespace SshMqttBridge.Journal;

/// <summary>Renames a damaged journal and reads its intact rows.</summary>
internal static class JournalSalvage
{
    /// <summary>Renames the file and its companions, and returns the new name.</summary>
    /// <exception cref="IOException">The file cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be renamed.</exception>
    public static string Rename(string file, DateTimeOffset now)
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

    /// <summary>Reads the intact rows, from both ends up to the damage. Does not throw for damage.</summary>
    public static IReadOnlyCollection<object[]> ReadRows(string file)
    {
        var rows = new SortedDictionary<long, object[]>();
        try
        {
            using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadOnly);
            connection.Open();
            JournalDatabase.Execute(connection, JournalSql.TolerateTruncation);
            var sql = JournalDatabase.HasActions(connection) ? JournalSql.All : JournalSql.WithoutActions(JournalSql.All);
            if (!TryRead(connection, $"{sql} ASC", rows))
            {
                TryRead(connection, $"{sql} DESC", rows);
            }
        }
        catch (SqliteException)
        {
            // Even the first page is damaged.
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
                    continue; // The table's definition is also damaged: the key can be of any type.
                }

                object[] row = [.. Enumerable.Range(0, JournalSql.Columns).Select(reader.GetValue)];
                if (!rows.TryAdd(number, row))
                {
                    break; // The first pass has read the remaining rows.
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
