using Microsoft.Data.Sqlite;

namespace SshMqttBridge.Results;

/// <summary>Opens the journal at the start. One that is damaged is put aside: a bridge that does not start for it would be the greater loss.</summary>
internal static class DamagedJournal
{
    const int Corrupt = 11;
    const int NotADatabase = 26;

    /// <summary>The journal, or a new one in place of one that cannot be read.</summary>
    /// <param name="file">Where it is.</param>
    /// <param name="damage">What was wrong and where the old one is now, in words; null if all is well.</param>
    /// <exception cref="JournalException">It cannot be opened for another reason, or cannot be put aside.</exception>
    public static Journal OpenOrReplace(string file, out string? damage)
    {
        damage = null;
        try
        {
            return OpenAndRead(file);
        }
        catch (JournalException exception) when (IsDamage(exception))
        {
            string aside = file + ".damaged";
            PutAside(file, aside, exception);
            damage =
                $"{exception.Message} It is now {aside}, and a new one is begun: what had not ended at the last stop gets no result.";
            return new Journal(file);
        }
    }

    /// <summary>Damage beyond the first page shows only in reading what is needed.</summary>
    static Journal OpenAndRead(string file)
    {
        var journal = new Journal(file);
        try
        {
            journal.Unsettled();
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>What is no fault of SQLite is a row that holds what nobody wrote.</summary>
    static bool IsDamage(JournalException exception) =>
        exception.InnerException is not SqliteException sqlite || sqlite.SqliteErrorCode is Corrupt or NotADatabase;

    static void PutAside(string file, string aside, JournalException cause)
    {
        try
        {
            foreach (string part in (string[])["", "-wal", "-shm"])
            {
                File.Delete(aside + part);
                if (File.Exists(file + part))
                {
                    File.Move(file + part, aside + part);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"{cause.Message} It cannot be put aside: {exception.Message}", exception);
        }
    }
}
