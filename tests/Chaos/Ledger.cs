using System.Text.Json;
using System.Text.RegularExpressions;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Chaos;

/// <summary>The publisher's own records: what it published and received. Thread-safe.</summary>
internal sealed partial class Ledger(RunClock clock, EventLog log)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Command> _commands = new(StringComparer.Ordinal);
    private readonly List<string> _unknownResults = [];
    private readonly List<string> _errors = [];

    public IReadOnlyList<Command> Commands
    {
        get
        {
            lock (_gate)
            {
                return [.. _commands.Values];
            }
        }
    }

    /// <summary>Results that belong to no command.</summary>
    public IReadOnlyList<string> UnknownResults
    {
        get
        {
            lock (_gate)
            {
                return [.. _unknownResults];
            }
        }
    }

    /// <summary>Messages on <c>ssh/bridge/error</c>, without the answers to the run's own probes.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_gate)
            {
                return [.. _errors];
            }
        }
    }

    public void Add(Command command)
    {
        lock (_gate)
        {
            _commands.Add(command.Id, command);
        }
    }

    public void Publishing(Command command)
    {
        lock (_gate)
        {
            if (command.PublishCount++ == 0)
            {
                command.PublishedAt = clock.Now;
            }
        }

        log.Write("publish", command.Id);
    }

    public void Acknowledged(Command command)
    {
        lock (_gate)
        {
            command.AcknowledgedAt = clock.Now;
            command.AcknowledgedCount++;
        }
    }

    public void SeenAlive(string id)
    {
        lock (_gate)
        {
            if (_commands.TryGetValue(id, out var command))
            {
                command.LastSeenAlive = clock.Now;
            }
        }
    }

    public bool HasResult(Command command)
    {
        lock (_gate)
        {
            return command.Results.Count > 0;
        }
    }

    public bool HasSucceeded(Command command)
    {
        lock (_gate)
        {
            return command.HasStatus("succeeded");
        }
    }

    /// <summary>Takes a message of the bridge.</summary>
    public void Take(ProbeMessage message)
    {
        if (message.Topic.EndsWith("/result", StringComparison.Ordinal))
        {
            TakeResult(message);
        }
        else if (
            message.Topic.EndsWith("/queue", StringComparison.Ordinal)
            && RunningId().Match(message.Text) is { Success: true } match
        )
        {
            lock (_gate)
            {
                if (_commands.TryGetValue(match.Groups["id"].Value, out var command))
                {
                    command.WasSeenRunning = true;
                }
            }
        }
        else if (message.Topic == "ssh/bridge/error" && !message.Text.Contains("nosuch", StringComparison.Ordinal))
        {
            log.Write("error", message.Text);
            lock (_gate)
            {
                _errors.Add(message.Text);
            }
        }
        else if (message.Topic.EndsWith("/connection", StringComparison.Ordinal) || message.Topic == "ssh/bridge/state")
        {
            log.Write("state", $"{message.Topic} {message.Text}{(message.Retain ? " (retained)" : "")}");
        }
    }

    private void TakeResult(ProbeMessage message)
    {
        CommandReport result;
        try
        {
            result = CommandReport.Read(message);
        }
        catch (JsonException exception)
        {
            lock (_gate)
            {
                _unknownResults.Add($"{message}: {exception.Message}");
            }

            return;
        }

        log.Write("result", $"{result.Id} {result.Operation} {result.Status} {result.Reason} {result.Message}");
        lock (_gate)
        {
            if (!_commands.TryGetValue(result.Id, out var command))
            {
                // A cancel that arrived too late, or a close that found the queue full, is answered under an id that the bridge generated.
                if (result.Operation is "exec" or "get" or "put")
                {
                    _unknownResults.Add(message.Text);
                }
            }
            else if (command.Results.Any(earlier => earlier.Json == result.Json))
            {
                command.RepeatedResults++;
            }
            else
            {
                command.EndedAt = command.Results.Count == 0 ? clock.Now : command.EndedAt;
                command.Results.Add(result);
            }
        }
    }

    [GeneratedRegex("^{\"running\":\"(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RunningId();
}
