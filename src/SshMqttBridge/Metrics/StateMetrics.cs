using Prometheus;
using SshMqttBridge.Common;

namespace SshMqttBridge.Metrics;

/// <summary>The state of the bridge at the time of a scrape. Not thread-safe: one scrape after the other.</summary>
internal sealed class StateMetrics
{
    private readonly MetricsSource _source;
    private readonly Gauge _connected;
    private readonly Gauge _problem;
    private readonly Gauge _queued;
    private readonly Gauge _running;
    private readonly Gauge _broker;
    private readonly Gauge _outbox;
    private readonly Gauge _journal;
    private readonly Gauge _leader;
    private readonly Gauge _memory;
    private readonly Counter _processorTime;

    public StateMetrics(MetricFactory metrics, MetricsSource source)
    {
        _source = source;
        metrics
            .CreateGauge(MetricLabels.Prefix + "info", "1; the version is a label.", ["version"])
            .WithLabels(BridgeVersion.Text)
            .Set(1);
        metrics
            .CreateGauge(MetricLabels.Prefix + "start_time_seconds", "When the bridge started, in seconds since 1970.", [])
            .Set(source.Info.StartedAt.ToUnixTimeMilliseconds() / 1000.0);
        _connected = ByServer("server_connected", "Whether the SSH connection is open (1).");
        _problem = ByServer("server_problem", "Whether the last command or scheduled run of an action failed (1).");
        _queued = ByServer("queued_commands", "Commands in the queue.");
        _running = ByServer("running_commands", "Commands that run: 0 or 1.");
        _broker = metrics.CreateGauge(
            MetricLabels.Prefix + "broker_connected",
            "Whether the bridge is connected to the broker (1).",
            []
        );
        _outbox = metrics.CreateGauge(
            MetricLabels.Prefix + "outbox_messages",
            "Messages that the broker has not acknowledged yet.",
            []
        );
        _journal = metrics.CreateGauge(
            MetricLabels.Prefix + "journal_usable",
            "Whether the journal can be used (1); otherwise the bridge rejects commands.",
            []
        );
        _leader = metrics.CreateGauge(
            MetricLabels.Prefix + "leader",
            "Whether this bridge leads its group (1); a bridge without a group always does.",
            []
        );
        _memory = metrics.CreateGauge("process_resident_memory_bytes", "Memory of the process.", []);
        _processorTime = metrics.CreateCounter("process_cpu_seconds_total", "Processor time of the process.", []);

        Gauge ByServer(string name, string help) => metrics.CreateGauge(MetricLabels.Prefix + name, help, ["server"]);
    }

    /// <summary>Reads the state.</summary>
    public void Update()
    {
        foreach (var server in _source.Servers.All)
        {
            var id = server.Options.Id;
            _connected.WithLabels(id).Set(server.Connection.IsOnline ? 1 : 0);
            _problem.WithLabels(id).Set(server.HasProblem ? 1 : 0);
            _queued.WithLabels(id).Set(server.QueuedCount);
            _running.WithLabels(id).Set(server.Running is null ? 0 : 1);
        }

        foreach (var gauge in (Gauge[])[_connected, _problem, _queued, _running])
        {
            gauge.Forget(_source.Servers);
        }

        _broker.Set(_source.IsConnectedToBroker ? 1 : 0);
        _outbox.Set(_source.Outbox.Count);
        _journal.Set(_source.Journal.Fault is null ? 1 : 0);
        _leader.Set(_source.Group.Current is { IsLeader: false } ? 0 : 1);
        _memory.Set(Environment.WorkingSet);
        _processorTime.IncTo(Environment.CpuUsage.TotalTime.TotalSeconds);
    }
}
