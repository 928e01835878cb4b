using System.Text.Json;
using Microsoft.Data.Sqlite;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Journal;

/// <summary>What to look for among the commands that ended lately.</summary>
internal sealed record HistorySearch
{
    /// <summary>How many rows are looked at for one answer; whoever wants to look further back asks again.</summary>
    private const int MostRows = 5000;

    /// <summary>How many bytes of results are looked at, and given back, for one answer.</summary>
    private const int MostSearchedBytes = 64 << 20;

    private const int MostAnsweredBytes = 8 << 20;

    private const int LongestCommand = 4096;

    /// <summary>Null: of all servers.</summary>
    public string? ServerId { get; init; }

    /// <summary>What the command or its output must contain, whether in capitals or not; null: anything.</summary>
    public string? Words { get; init; }

    /// <summary>The name of the status it must have; null: any.</summary>
    public string? Status { get; init; }

    /// <summary>Only what was received before the one with this number.</summary>
    public long Before { get; init; } = long.MaxValue;

    /// <summary>How many at the most.</summary>
    public int Count { get; init; } = 50;

    /// <summary>Looks for commands, the newest first.</summary>
    /// <exception cref="JournalException">There is no journal, or it cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HistoryPage Run(string file, HistorySearch search, CancellationToken cancellationToken) =>
        JournalReader.Use(file, connection => search.Read(connection, cancellationToken));

    /// <summary>One command's result, as JSON; null if it has none, or none any more.</summary>
    /// <param name="file">The journal.</param>
    /// <param name="serverId">The server.</param>
    /// <param name="id">The command's id.</param>
    /// <param name="receivedAt">Which of several with this id, to the millisecond; null: the latest.</param>
    /// <exception cref="JournalException">There is no journal, or it cannot be read.</exception>
    public static byte[]? ResultOf(string file, string serverId, string id, DateTimeOffset? receivedAt) =>
        JournalReader.Use(
            file,
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = JournalSql.ResultOf;
                command.Parameters.AddWithValue("$server", serverId);
                command.Parameters.AddWithValue("$id", id);
                command.Parameters.AddWithValue("$at", (object?)receivedAt?.ToUnixTimeMilliseconds() ?? DBNull.Value);
                return (byte[]?)command.ExecuteScalar();
            }
        );

    /// <summary>The command lines that were run lately, each once, the newest first; those of named actions are not among them.</summary>
    /// <exception cref="JournalException">There is no journal, or it cannot be read.</exception>
    public static IReadOnlyList<string> Commands(string file, string? serverId, int count, CancellationToken cancellationToken) =>
        JournalReader.Use(
            file,
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = JournalSql.CommandLines;
                command.Parameters.AddWithValue("$server", (object?)serverId ?? DBNull.Value);
                command.Parameters.AddWithValue("$longest", LongestCommand);
                command.Parameters.AddWithValue("$count", MostRows);
                using var reader = command.ExecuteReader();
                var seen = new HashSet<string>(StringComparer.Ordinal);
                var lines = new List<string>();
                while (lines.Count < count && reader.Read())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (reader.GetString(0) is var line && seen.Add(line))
                    {
                        lines.Add(line);
                    }
                }

                return lines;
            }
        );

    private HistoryPage Read(SqliteConnection connection, CancellationToken cancellationToken)
    {
        using var command = connection.CreateCommand();
        command.CommandText = JournalSql.EndedLately;
        command.Parameters.AddWithValue("$server", (object?)ServerId ?? DBNull.Value);
        command.Parameters.AddWithValue("$before", Before);
        command.Parameters.AddWithValue("$count", MostRows + 1);
        using var reader = command.ExecuteReader();
        var found = new List<byte[]>();
        var (rows, searched, answered, last) = (0, 0L, 0L, Before);
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (found.Count == Count || rows == MostRows || searched > MostSearchedBytes || answered > MostAnsweredBytes)
            {
                return new HistoryPage(found, last);
            }

            rows++;
            last = reader.GetInt64(0);
            var json = (byte[])reader.GetValue(1);
            searched += json.Length;
            if (Meets(json))
            {
                answered += json.Length;
                found.Add(json);
            }
        }

        return new HistoryPage(found, null);
    }

    private bool Meets(byte[] json)
    {
        try
        {
            var result = CommandResult.FromJson(json);
            return (Status is null || JsonNamingPolicy.CamelCase.ConvertName(result.Status.ToString()) == Status)
                && (
                    Words is not { } words
                    || Contains(result.Command, words)
                    || Contains(result.Out, words)
                    || Contains(result.Err, words)
                );
        }
        catch (JsonException)
        {
            return false; // What nobody can read is of no use to anybody.
        }
    }

    private static bool Contains(string? text, string words) => text?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;
}
