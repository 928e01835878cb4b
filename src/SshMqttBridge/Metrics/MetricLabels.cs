using Prometheus;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Metrics;

/// <summary>The names and the labels of metrics.</summary>
internal static class MetricLabels
{
    /// <summary>The beginning of all names.</summary>
    public const string Prefix = "ssh_mqtt_bridge_";

    /// <summary>Removes the time series of servers that are no longer configured.</summary>
    /// <param name="metric">Its first label is the server.</param>
    /// <param name="servers">The servers.</param>
    public static void Forget<TChild>(this Collector<TChild> metric, ServerSet servers)
        where TChild : ChildBase
    {
        foreach (var labels in metric.GetAllLabelValues().Where(labels => servers.Find(labels[0]) is null).ToList())
        {
            metric.RemoveLabelled(labels);
        }
    }
}
