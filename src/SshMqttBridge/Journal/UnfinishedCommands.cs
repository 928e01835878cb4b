namespace SshMqttBridge.Journal;

/// <summary>
/// Delivers the unfinished commands of an earlier run of the bridge to a handler, once both are available. Thread-safe.
/// </summary>
internal sealed class UnfinishedCommands
{
    private readonly Lock _gate = new();
    private IReadOnlyList<JournalEntry>? _entries;
    private Action<JournalEntry>? _handler;
    private bool _isLoaded;

    /// <summary>Loads the commands from a newly opened journal; the first time only.</summary>
    /// <returns>The number of unreadable rows.</returns>
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

    /// <param name="handler">Called once for each command, oldest first, without a lock.</param>
    public void Handle(Action<JournalEntry> handler)
    {
        lock (_gate)
        {
            _handler = handler;
        }

        Deliver();
    }

    /// <summary>Calls the handler for the newly loaded commands.</summary>
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
