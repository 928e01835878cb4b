using Microsoft.Data.Sqlite;
using SshMqttBridge.Common;

namespace SshMqttBridge.Journal;

/// <summary>Replaces a damaged journal by a new one with the rows that can still be read. Not thread-safe.</summary>
internal sealed class JournalReplacement(string file, TimeProvider time, Action<StorageNotice> notify)
{
    /// <summary>A new journal that is damaged sooner than this is not replaced: the disk itself is damaged, and would be filled.</summary>
    private static readonly TimeSpan MinimumInterval = TimeSpan.FromMinutes(1);

    private long? _replacedAt;

    /// <summary>Renames the damaged file and creates a new one. The database must be closed.</summary>
    /// <returns>Why the journal stays unusable, in words; null: the file can be opened again.</returns>
    public string? Replace(SqliteException damage)
    {
        if (_replacedAt is { } at && time.GetElapsedTime(at) < MinimumInterval)
        {
            return "it was damaged, replaced, and is damaged again";
        }

        try
        {
            var damaged = JournalSalvage.SetAside(file, time.GetUtcNow());
            _replacedAt = time.GetTimestamp();
            var rows = JournalSalvage.Rows(damaged);
            using (var created = new JournalDatabase(file))
            {
                created.Add(rows);
            }

            notify(
                new StorageNotice(
                    false,
                    $"The journal {file} was damaged ({damage.Message}) and has been renamed to {damaged}. "
                        + $"{rows.Count} commands were copied from it to a new journal; all others are lost, with the results of those that had not finished."
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
            return JournalFault.Words(exception);
        }
        catch (SqliteException)
        {
            // The new file is damaged as well: opening it reports that, and it is not replaced again so soon.
            return null;
        }
    }
}
