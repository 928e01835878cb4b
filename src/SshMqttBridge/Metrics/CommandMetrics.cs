using Prometheus;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Metrics;

/// <summary>
/// Counts commands as the audit log sees them: each end, each rejection and each repeated message once. Labels have only servers and
/// actions of the configuration, so that no client can create time series. Thread-safe.
/// </summary>
internal sealed class CommandMetrics
{
    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600];

    private readonly ServerSet _servers;
    private readonly Counter _commands;
    private readonly Counter _rejections;
    private readonly Counter _duplicates;
    private readonly Counter _unroutable;
    private readonly Counter _actions;
    private readonly Counter _output;
    private readonly Counter _transferred;
    private readonly Histogram _durations;

    public CommandMetrics(MetricFactory metrics, ServerSet servers)
    {
        _servers = servers;
        _commands = metrics.CreateCounter(
            MetricLabels.Prefix + "commands_total",
            "Commands that have a result, by server, operation and status.",
            ["server", "operation", "status"]
        );
        _rejections = metrics.CreateCounter(
            MetricLabels.Prefix + "rejections_total",
            "Rejected commands and messages, by server and reason.",
            ["server", "reason"]
        );
        _duplicates = metrics.CreateCounter(
            MetricLabels.Prefix + "duplicates_total",
            "Messages that repeated a command, which did not run again.",
            ["server"]
        );
        _unroutable = metrics.CreateCounter(
            MetricLabels.Prefix + "unroutable_total",
            "Messages for an unknown server, or on an unknown topic.",
            []
        );
        _actions = metrics.CreateCounter(
            MetricLabels.Prefix + "action_runs_total",
            "Runs of named actions, by server, action and status.",
            ["server", "action", "status"]
        );
        _output = metrics.CreateCounter(
            MetricLabels.Prefix + "output_bytes_total",
            "Output of commands, before it was cut to maxOutputBytes, by server and stream.",
            ["server", "stream"]
        );
        _transferred = metrics.CreateCounter(
            MetricLabels.Prefix + "transferred_bytes_total",
            "Bytes of files of completed transfers, by server and operation.",
            ["server", "operation"]
        );
        _durations = metrics.CreateHistogram(
            MetricLabels.Prefix + "command_duration_seconds",
            "Time from sending a command to its end, by server.",
            ["server"],
            new HistogramConfiguration { Buckets = Seconds }
        );
    }

    /// <summary>Counts an entry of the audit log. Quick, and does not throw.</summary>
    public void Count(AuditEntry entry)
    {
        if (_servers.Find(entry.Server) is not { } server || entry.Operation is not { } operation)
        {
            _unroutable.Inc();
            return;
        }

        if (entry.Status is not { } status)
        {
            _duplicates.WithLabels(entry.Server).Inc();
            return;
        }

        var (operationName, statusName) = (OperationInfo.Of(operation).Name, CamelCase.Of(status));
        _commands.WithLabels(entry.Server, operationName, statusName).Inc();
        if (status == CommandStatus.Rejected)
        {
            _rejections.WithLabels(entry.Server, entry.Reason ?? "").Inc();
        }
        else if (status != CommandStatus.Expired && OperationInfo.Of(operation).UsesChannel)
        {
            _durations.WithLabels(entry.Server).Observe(entry.DurationMs / 1000.0);
        }

        if (entry.Action is { } action && server.Options.Actions.Any(known => known.Name == action))
        {
            _actions.WithLabels(entry.Server, action, statusName).Inc();
        }

        if (operation == Operation.Exec)
        {
            _output.WithLabels(entry.Server, "out").Inc(entry.OutBytes);
            _output.WithLabels(entry.Server, "err").Inc(entry.ErrBytes);
        }
        else if (status == CommandStatus.Succeeded && entry.Bytes is { } bytes)
        {
            _transferred.WithLabels(entry.Server, operationName).Inc(bytes);
        }
    }

    /// <summary>Removes the time series of servers that are no longer configured.</summary>
    public void Forget()
    {
        _commands.Forget(_servers);
        _rejections.Forget(_servers);
        _duplicates.Forget(_servers);
        _actions.Forget(_servers);
        _output.Forget(_servers);
        _transferred.Forget(_servers);
        _durations.Forget(_servers);
    }
}
