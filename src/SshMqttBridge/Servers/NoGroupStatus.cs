using SshMqttBridge.Events;

namespace SshMqttBridge.Servers;

/// <summary>For a bridge that is alone.</summary>
internal sealed class NoGroupStatus : IGroupStatus
{
    public GroupState? Current => null;
}
