namespace SshMqttBridge.Events;

/// <summary>
/// Tells whoever listens what happens at the servers, as it happens. Costs next to nothing while nobody listens, never waits, and a listener that does not
/// keep up is cut off: it has to begin anew. Thread-safe.
/// </summary>
internal sealed class EventBus
{
    private readonly Lock _gate = new();
    private volatile EventSubscription[] _listeners = [];

    /// <summary>Whether anybody listens: events that cost something to make need not be made otherwise.</summary>
    public bool HasSubscribers => _listeners.Length > 0;

    /// <summary>Tells all listeners.</summary>
    public void Publish(ServerEvent happened)
    {
        foreach (var listener in _listeners)
        {
            if (!listener.TryPublish(happened))
            {
                Remove(listener);
            }
        }
    }

    /// <summary>Listens from now on until disposed.</summary>
    public EventSubscription Subscribe()
    {
        var listener = new EventSubscription(Remove);
        lock (_gate)
        {
            _listeners = [.. _listeners, listener];
        }

        return listener;
    }

    private void Remove(EventSubscription removed)
    {
        lock (_gate)
        {
            _listeners = [.. _listeners.Where(listener => listener != removed)];
        }
    }
}
