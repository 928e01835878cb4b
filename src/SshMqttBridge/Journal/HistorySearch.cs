using System.Text.Json;
using Microsoft.Data.Sqlite;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Journal;

/// <summary>Search criteria for recently ended commands.</summary>
internal sealed record HistorySearch
{
    /// <summary>The maximum number of rows to search for one page.</summary>
    private const int MaximumRows = 5000;

    /// <summary>The maximum total size of the results to search for one page.</summary>
    private const int MaximumSearchedBytes = 64 << 20;

    /// <summary>The maximum total size of the results of one page.</summary>
    private const int MaximumPageBytes = 8 << 20;

    private const int MaximumCommandLength = 4096;

    /// <summary>The server's id; null: all servers.</summary>
    public string? ServerId { get; init; }

    /// <summary>Text that the command or its output must contain, case-insensitively; null: any.</summary>
    public string? Words { get; init; }

    /// <summary>The required status, in camel case; null: any.</summary>
    public string? Status { get; init; }

    /// <summary>
    /// True: only commands that did not succeed, except cancelled and expired ones and those that found a switch to be off; false: only
    /// the others; null: any.
    /// </summary>
    public bool? IsFailure { get; init; }

    /// <summary>Whether a schedule started the command; null: any.</summary>
    public bool? IsScheduled { get; init; }

    /// <summary>The name of the action; null: any command.</summary>
    public string? Action { get; init; }

    /// <summary>Only commands received before the one with this number.</summary>
    public long Before { get; init; } = long.MaxValue;

    /// <summary>The maximum number of results.</summary>
    public int Count { get; init; } = 50;

    /// <summary>Searches for commands, the newest first.</summary>
    /// <exception cref="JournalException">The journal does not exist or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HistoryPage Run(string file, HistorySearch search, CancellationToken cancellationToken) =>
        JournalReader.Use(file, connection => search.Read(connection, cancellationToken));

    /// <summary>One command's result as JSON; null if it has not ended or was removed.</summary>
    /// <param name="file">The journal.</param>
    /// <param name="serverId">The server.</param>
    /// <param name="id">The command's id.</param>
    /// <param name="receivedAt">The time of receipt, to the millisecond; null: the latest command with this id.</param>
    /// <exception cref="JournalException">The journal does not exist or cannot be read.</exception>
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

    /// <summary>The latest result of each server, without its output.</summary>
    /// <exception cref="JournalException">The journal does not exist or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<CommandResult> LastResults(string file, CancellationToken cancellationToken) =>
        JournalReader.Use(
            file,
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = JournalSql.LastResults;
                using var reader = command.ExecuteReader();
                var results = new List<CommandResult>();
                while (reader.Read())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (JournalReader.ResultOf((byte[])reader.GetValue(0)) is { } result)
                    {
                        results.Add(result with { Out = "", Err = "" });
                    }
                }

                return results;
            }
        );

    /// <summary>The distinct recent command lines, the newest first, without those of named actions.</summary>
    /// <exception cref="JournalException">The journal does not exist or cannot be read.</exception>
    public static IReadOnlyList<string> Commands(string file, string? serverId, int count, CancellationToken cancellationToken) =>
        JournalReader.Use(
            file,
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = JournalSql.CommandLines;
                command.Parameters.AddWithValue("$server", (object?)serverId ?? DBNull.Value);
                command.Parameters.AddWithValue("$longest", MaximumCommandLength);
                command.Parameters.AddWithValue("$count", MaximumRows);
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
        command.CommandText = JournalSql.RecentResults;
        command.Parameters.AddWithValue("$server", (object?)ServerId ?? DBNull.Value);
        command.Parameters.AddWithValue("$before", Before);
        command.Parameters.AddWithValue("$scheduled", (object?)IsScheduled ?? DBNull.Value);
        command.Parameters.AddWithValue("$action", (object?)Action ?? DBNull.Value);
        command.Parameters.AddWithValue("$count", MaximumRows + 1);
        using var reader = command.ExecuteReader();
        var found = new List<byte[]>();
        var (rows, searched, pageBytes, last) = (0, 0L, 0L, Before);
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (found.Count == Count || rows == MaximumRows || searched > MaximumSearchedBytes || pageBytes > MaximumPageBytes)
            {
                return new HistoryPage(found, last);
            }

            rows++;
            last = reader.GetInt64(0);
            var json = (byte[])reader.GetValue(1);
            searched += json.Length;
            if (Matches(json))
            {
                pageBytes += json.Length;
                found.Add(json);
            }
        }

        return new HistoryPage(found, null);
    }

    private bool Matches(byte[] json)
    {
        try
        {
            var result = CommandResult.FromJson(json);
            return (Status is null || CamelCase.Of(result.Status) == Status)
                && (IsFailure is null || HasFailed(result) == IsFailure)
                && (
                    Words is not { } words
                    || Contains(result.Command, words)
                    || Contains(result.Out, words)
                    || Contains(result.Err, words)
                );
        }
        catch (JsonException)
        {
            return false; // A damaged result.
        }
    }

    private static bool HasFailed(CommandResult result) =>
        result.Status is CommandStatus.Failed or CommandStatus.TimedOut or CommandStatus.Rejected or CommandStatus.Lost
        && result.SaysOff != true;

    private static bool Contains(string? text, string words) => text?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;
}
