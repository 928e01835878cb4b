using Microsoft.Data.Sqlite;

namespace SshMqttBridge.Chaos;

/// <summary>Collects the rows of the bridge's journal, which the bridge removes ten minutes after the end of a command.</summary>
internal sealed class JournalWatch(World world)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, JournalRow> _rows = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                TryLook();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>The last state of each row so far, with those of now.</summary>
    public IReadOnlyList<JournalRow> Look()
    {
        foreach (var row in JournalRow.ReadAll(world.JournalFile))
        {
            _rows[row.Id] = row;
        }

        return [.. _rows.Values];
    }

    private void TryLook()
    {
        try
        {
            Look();
        }
        catch (SqliteException)
        {
            // Its directory has just been moved away, or the bridge is writing.
        }
    }
}
