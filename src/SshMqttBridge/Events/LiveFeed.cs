namespace SshMqttBridge.Events;

/// <summary>
/// Tells whoever listens what happens at the servers, as it happens. Costs next to nothing while nobody listens, never waits, and a listener that does not
/// keep up is cut off: it has to begin anew. Thread-safe.
/// </summary>
internal sealed class LiveFeed
{
    private readonly Lock _gate = new();
    private volatile FeedListener[] _listeners = [];

    /// <summary>Whether anybody listens: events that cost something to make need not be made otherwise.</summary>
    public bool IsHeard => _listeners.Length > 0;

    /// <summary>Tells all listeners.</summary>
    public void Tell(FeedEvent happened)
    {
        foreach (var listener in _listeners)
        {
            if (!listener.TryTell(happened))
            {
                Remove(listener);
            }
        }
    }

    /// <summary>Listens from now on until disposed.</summary>
    public FeedListener Listen()
    {
        var listener = new FeedListener(Remove);
        lock (_gate)
        {
            _listeners = [.. _listeners, listener];
        }

        return listener;
    }

    private void Remove(FeedListener removed)
    {
        lock (_gate)
        {
            _listeners = [.. _listeners.Where(listener => listener != removed)];
        }
    }
}
