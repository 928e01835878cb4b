namespace SshMqttBridge.Events;

/// <summary>
/// Publishes events of the servers to subscribers. Never waits: removes a subscriber that does not keep up, which then has to
/// subscribe again. Costs next to nothing without subscribers. Thread-safe.
/// </summary>
internal sealed class EventBus
{
    private readonly Lock _gate = new();
    private volatile EventSubscription[] _subscriptions = [];

    /// <summary>Whether there are subscribers: otherwise callers can omit events.</summary>
    public bool HasSubscribers => _subscriptions.Length > 0;

    /// <summary>Publishes the event to all subscribers.</summary>
    public void Publish(ServerEvent serverEvent)
    {
        foreach (var subscription in _subscriptions)
        {
            if (!subscription.TryPublish(serverEvent))
            {
                Remove(subscription);
            }
        }
    }

    /// <summary>Subscribes to events until the subscription is disposed.</summary>
    public EventSubscription Subscribe()
    {
        var subscription = new EventSubscription(Remove);
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions, subscription];
        }

        return subscription;
    }

    private void Remove(EventSubscription removed)
    {
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions.Where(subscription => subscription != removed)];
        }
    }
}
