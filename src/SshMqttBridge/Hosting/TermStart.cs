using SshMqttBridge.Groups;
using SshMqttBridge.HomeAssistant;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Hosting;

/// <summary>What a leader publishes when its term begins.</summary>
internal sealed class TermStart(StaleTopicsService staleTopics, Discovery discovery) : ITermStart
{
    /// <inheritdoc/>
    public void Publish()
    {
        staleTopics.RemoveStale();
        discovery.Start();
    }
}
