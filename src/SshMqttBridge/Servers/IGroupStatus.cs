using SshMqttBridge.Events;

namespace SshMqttBridge.Servers;

/// <summary>
/// PORT: who leads the bridge's group. Publishes a <see cref="ServerEvent.Group"/> after each change. Thread-safe.
/// </summary>
internal interface IGroupStatus
{
    /// <summary>The state of the group; null: the bridge is alone.</summary>
    GroupState? Current { get; }
}
