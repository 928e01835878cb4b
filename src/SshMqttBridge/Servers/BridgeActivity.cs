using SshMqttBridge.Actions;
using SshMqttBridge.Events;

namespace SshMqttBridge.Servers;

/// <summary>
/// Whether the bridge is active, that is, connected to its broker. Notifies servers, schedules and event subscribers.
/// </summary>
internal sealed class BridgeActivity(ServerSet servers, ActionScheduler scheduler, EventBus events)
{
    private volatile bool _isActive;

    /// <summary>False until the first connection. Any thread.</summary>
    public bool IsActive => _isActive;

    /// <summary>Sets the state and notifies all dependents. Not for concurrent calls.</summary>
    public void Set(bool isActive)
    {
        _isActive = isActive;
        servers.SetActive(isActive);
        scheduler.SetActive(isActive);
        events.Publish(new ServerEvent.Broker(isActive));
    }
}
