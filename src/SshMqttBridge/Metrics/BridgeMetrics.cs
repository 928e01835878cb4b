using Prometheus;
using SshMqttBridge.Audit;

namespace SshMqttBridge.Metrics;

/// <summary>All metrics of the bridge, in a registry of their own. Thread-safe.</summary>
internal sealed class BridgeMetrics
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly CommandMetrics _commands;
    private readonly StateMetrics _state;
    private readonly Counter _reloads;
    private readonly Gauge _lastReload;
    private readonly Lock _gate = new();

    public BridgeMetrics(MetricsSource source)
    {
        var metrics = Prometheus.Metrics.WithCustomRegistry(_registry);
        _commands = new CommandMetrics(metrics, source.Servers);
        _state = new StateMetrics(metrics, source);
        _reloads = metrics.CreateCounter(
            MetricLabels.Prefix + "reloads_total",
            "Reloads of the configuration, by whether it was taken over.",
            ["result"]
        );
        _lastReload = metrics.CreateGauge(
            MetricLabels.Prefix + "last_reload_successful",
            "Whether the last reload took over the configuration in the file (1); 1 before the first one.",
            []
        );
        _lastReload.Set(1);
        _reloads.WithLabels("applied");
        _reloads.WithLabels("refused");
    }

    /// <inheritdoc cref="CommandMetrics.Count"/>
    public void Count(AuditEntry entry) => _commands.Count(entry);

    /// <summary>Counts a reload of the configuration.</summary>
    public void Reloaded(bool isApplied)
    {
        _reloads.WithLabels(isApplied ? "applied" : "refused").Inc();
        _lastReload.Set(isApplied ? 1 : 0);
    }

    /// <summary>Writes all metrics in the text format of Prometheus (version 0.0.4).</summary>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _commands.Forget();
            _state.Update();
        }

        await _registry.CollectAndExportAsTextAsync(output, cancellationToken);
    }
}
