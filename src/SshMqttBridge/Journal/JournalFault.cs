using Microsoft.Data.Sqlite;

namespace SshMqttBridge.Journal;

/// <summary>Classifies SQLite errors of the journal.</summary>
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

    /// <summary>Whether the file is damaged and must be replaced.</summary>
    public static bool IsDamage(SqliteException exception) => exception.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>Whether a statement does not match the tables: the file is a database of another program.</summary>
    public static bool IsUnknownSchema(SqliteException exception) => exception.SqliteErrorCode == Error;

    /// <summary>Whether a retry may succeed without reopening the file.</summary>
    public static bool IsTransient(SqliteException exception) => exception.SqliteErrorCode is Full or Busy;

    /// <summary>Describes the error, without the file's name.</summary>
    public static string Describe(SqliteException exception) =>
        exception switch
        {
            { SqliteErrorCode: Full } or { SqliteExtendedErrorCode: SharedMemorySize } => "the disk is full",
            { SqliteErrorCode: ReadOnly } => "the file or its file system is read-only",
            { SqliteErrorCode: CannotOpen } => "it cannot be opened",
            { SqliteErrorCode: InputOutput } => $"the disk failed (SQLite error {exception.SqliteExtendedErrorCode})",
            { SqliteErrorCode: Corrupt or NotADatabase } => "it is damaged",
            { SqliteErrorCode: Busy } => "another program has locked it",
            _ => exception.Message,
        };
}
