using Microsoft.Data.Sqlite;

namespace SshMqttBridge.Chaos;

/// <summary>
/// A command's row in the bridge's journal. States: 0 accepted, 1 sent, 2 ended, 3 settled (the broker has the result).
/// </summary>
internal sealed record JournalRow(string Id, int State, DateTimeOffset? EndedAt)
{
    /// <summary>All rows. The bridge may be running or not.</summary>
    public static IReadOnlyList<JournalRow> ReadAll(string file)
    {
        using SqliteConnection connection = new($"Data Source={file};Mode=ReadWrite;Pooling=False");
        connection.Open();
        using var query = connection.CreateCommand();
        query.CommandText = "SELECT id, state, ended_at FROM command";
        using var reader = query.ExecuteReader();
        List<JournalRow> rows = [];
        while (reader.Read())
        {
            DateTimeOffset? endedAt = reader.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2));
            rows.Add(new JournalRow(reader.GetString(0), reader.GetInt32(1), endedAt));
        }

        return rows;
    }
}
