using Microsoft.Data.Sqlite;
using SshMqttBridge.Common;

namespace SshMqttBridge.Journal;

/// <summary>Replaces a damaged journal with a new one that contains the readable rows. Not thread-safe.</summary>
internal sealed class JournalReplacement(string file, TimeProvider time, Action<StorageNotice> notify)
{
    /// <summary>A journal that is damaged again sooner is not replaced: the disk is faulty, and copies would fill it.</summary>
    private static readonly TimeSpan MinimumInterval = TimeSpan.FromMinutes(1);

    private long? _replacedAt;

    /// <summary>Renames the damaged file and creates a new one. The database must be closed.</summary>
    /// <returns>The reason why the journal stays unusable; null: the file can be opened again.</returns>
    public string? Replace(SqliteException damage)
    {
        if (_replacedAt is { } at && time.GetElapsedTime(at) < MinimumInterval)
        {
            return "it is damaged again, shortly after it was replaced";
        }

        try
        {
            var damaged = JournalSalvage.Rename(file, time.GetUtcNow());
            _replacedAt = time.GetTimestamp();
            var rows = JournalSalvage.ReadRows(damaged);
            using (var created = new JournalDatabase(file))
            {
                created.Add(rows);
            }

            notify(
                new StorageNotice(
                    false,
                    $"The journal {file} was damaged ({damage.Message}) and has been renamed to {damaged}. "
                        + $"{rows.Count} commands were copied from it to a new journal; all others are lost, "
                        + "with the results of those that had not finished."
                )
            );
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"it is damaged and cannot be renamed: {exception.Message}";
        }
        catch (SqliteException exception) when (!JournalFault.IsDamage(exception))
        {
            return JournalFault.Describe(exception);
        }
        catch (SqliteException)
        {
            // The new file is also damaged. Opening it reports that; MinimumInterval prevents another replacement.
            return null;
        }
    }
}
