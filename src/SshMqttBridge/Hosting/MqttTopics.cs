using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.HomeAssistant;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Hosting;

/// <summary>Which topics the bridge subscribes to.</summary>
internal sealed class MqttTopics(TopicScheme topics)
{
    /// <summary>Those of a configuration.</summary>
    public Subscriptions Of(BridgeOptions options)
    {
        var servers = options.Shard is null ? null : options.Servers.Select(server => server.Id).ToList();
        return new Subscriptions(
            [.. topics.WriteFilters(servers)],
            [.. Discovery.FiltersOf(options.HomeAssistant), .. topics.MisplacedFilters(servers)]
        );
    }

    /// <param name="Filters">See <see cref="MqttWorkerSetup.Filters"/>.</param>
    /// <param name="OptionalFilters">See <see cref="MqttWorkerSetup.OptionalFilters"/>.</param>
    public sealed record Subscriptions(ValueList<string> Filters, ValueList<string> OptionalFilters);
}
