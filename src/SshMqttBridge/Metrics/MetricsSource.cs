using SshMqttBridge.Journal;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Metrics;

/// <summary>What the metrics are taken from.</summary>
internal sealed record MetricsSource(
    ServerSet Servers,
    BridgeActivity Activity,
    BridgeInfo Info,
    IGroupStatus Group,
    Outbox Outbox,
    CommandJournal Journal,
    Liveness Liveness
)
{
    /// <summary>Whether the bridge, as leader or standby, is connected to the broker.</summary>
    public bool IsConnectedToBroker => Activity.IsActive || Group.Current is { IsConnected: true };
}
