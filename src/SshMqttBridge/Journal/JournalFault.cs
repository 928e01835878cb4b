using Microsoft.Data.Sqlite;

namespace SshMqttBridge.Journal;

/// <summary>What an error of SQLite means for the journal.</summary>
internal static class JournalFault
{
    public const int Corrupt = 11;

    private const int Error = 1;
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;
    private const int SharedMemorySize = 4874;

    /// <summary>Whether the file is no journal that can be read: it has to be set aside.</summary>
    public static bool IsDamage(SqliteException exception) => exception.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>Whether a statement does not fit the tables: while opening, that the file is a database, but none of ours.</summary>
    public static bool IsMisfit(SqliteException exception) => exception.SqliteErrorCode == Error;

    /// <summary>Whether the next try may go well with the file as it is open.</summary>
    public static bool IsPassing(SqliteException exception) => exception.SqliteErrorCode is Full or Busy;

    /// <summary>The error in words, without the file's name.</summary>
    public static string Words(SqliteException exception) =>
        exception switch
        {
            { SqliteErrorCode: Full } or { SqliteExtendedErrorCode: SharedMemorySize } => "the disk is full",
            { SqliteErrorCode: ReadOnly } => "it, or the disk it is on, is read-only",
            { SqliteErrorCode: CannotOpen } => "it cannot be opened",
            { SqliteErrorCode: InputOutput } => $"the disk failed (SQLite error {exception.SqliteExtendedErrorCode})",
            { SqliteErrorCode: Corrupt or NotADatabase } => "it is damaged",
            { SqliteErrorCode: Busy } => "another program holds it",
            _ => exception.Message,
        };
}
