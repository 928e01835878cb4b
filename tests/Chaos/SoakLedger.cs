using System.Diagnostics;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Chaos;

/// <summary>
/// The running commands, and counts of the ended ones: a record of each command of an hour would not fit. Thread-safe.
/// </summary>
internal sealed class SoakLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Command Command, long Since)> _open = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _byStatus = new(StringComparer.Ordinal);
    private readonly List<double> _times = [];
    private readonly List<Command> _transfers = [];
    private readonly List<string> _faults = [];
    private long _repeated;

    public long Published { get; private set; }

    public long Ended { get; private set; }

    /// <summary>The commands that have no result yet.</summary>
    public IReadOnlyList<string> Open
    {
        get
        {
            lock (_gate)
            {
                return [.. _open.Keys];
            }
        }
    }

    public IReadOnlyList<(string Status, long Count)> ByStatus
    {
        get
        {
            lock (_gate)
            {
                return [.. _byStatus.Select(pair => (pair.Key, pair.Value)), ("delivered again", _repeated)];
            }
        }
    }

    /// <summary>The errors found.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_gate)
            {
                return [.. _faults];
            }
        }
    }

    public void Publishing(Command command)
    {
        lock (_gate)
        {
            Published++;
            _open.Add(command.Id, (command, Stopwatch.GetTimestamp()));
        }
    }

    public void Fault(string what)
    {
        lock (_gate)
        {
            _faults.Add(what);
        }
    }

    /// <summary>How long commands took from their publish to their result since the last call, in milliseconds, sorted.</summary>
    public IReadOnlyList<double> TakeTimes()
    {
        lock (_gate)
        {
            double[] times = [.. _times.Order()];
            _times.Clear();
            return times;
        }
    }

    /// <summary>The transfers that succeeded since the last call.</summary>
    public IReadOnlyList<Command> TakeTransfers()
    {
        lock (_gate)
        {
            Command[] transfers = [.. _transfers];
            _transfers.Clear();
            return transfers;
        }
    }

    /// <summary>Takes a message of the bridge.</summary>
    public void Take(ProbeMessage message)
    {
        if (message.Topic == "ssh/bridge/error" && !message.Text.Contains("nosuch", StringComparison.Ordinal))
        {
            Fault(message.Text);
        }

        if (!message.Topic.EndsWith("/result", StringComparison.Ordinal))
        {
            return;
        }

        var result = CommandReport.Read(message);
        lock (_gate)
        {
            if (!_open.Remove(result.Id, out var open))
            {
                _repeated++;
                return;
            }

            Ended++;
            _times.Add(Stopwatch.GetElapsedTime(open.Since).TotalMilliseconds);
            var status = result.Reason is null ? result.Status : $"{result.Status} ({result.Reason})";
            _byStatus[status] = _byStatus.GetValueOrDefault(status) + 1;
            if (result.Status == "succeeded" && open.Command.Kind != CommandKind.Exec)
            {
                _transfers.Add(open.Command);
            }

            // There are no faults here; only a machine that is too slow for the rate may fill a queue.
            var isGood =
                result.Reason == "queueFull"
                || (
                    result.Status == "succeeded"
                    && (open.Command.ExpectedOutput is not { } expected || (result.Out == expected && result.Err.Length == 0))
                );
            if (!isGood)
            {
                _faults.Add(result.Json);
            }
        }
    }
}
