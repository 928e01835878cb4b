namespace SshMqttBridge.Journal;

/// <summary>Hands the commands that an earlier run of the bridge did not finish to their handler, once both are known. Thread-safe.</summary>
internal sealed class UnfinishedCommands
{
    private readonly Lock _gate = new();
    private IReadOnlyList<JournalEntry>? _entries;
    private Action<JournalEntry>? _handler;
    private bool _isLoaded;

    /// <summary>Loads them from a journal that has just been opened; the first time only.</summary>
    /// <returns>How many rows could not be read.</returns>
    public int Load(JournalDatabase database)
    {
        lock (_gate)
        {
            if (_isLoaded)
            {
                return 0;
            }

            _entries = database.Unacknowledged(out var unreadable);
            _isLoaded = true;
            return unreadable;
        }
    }

    /// <param name="handler">Called once for each command, oldest first, under no lock.</param>
    public void Handle(Action<JournalEntry> handler)
    {
        lock (_gate)
        {
            _handler = handler;
        }

        Deliver();
    }

    /// <summary>Calls the handler with what has been loaded since.</summary>
    public void Deliver()
    {
        IReadOnlyList<JournalEntry> entries;
        Action<JournalEntry> handler;
        lock (_gate)
        {
            if (_handler is null || _entries is null)
            {
                return;
            }

            (entries, handler) = (_entries, _handler);
            _entries = null;
        }

        foreach (var entry in entries)
        {
            handler(entry);
        }
    }
}
