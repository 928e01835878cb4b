using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Chaos.Groups;

/// <summary>What an independent client saw of the group: its leaders, and the records of commands. Thread-safe.</summary>
internal sealed class GroupSightings(RunClock clock, EventLog log)
{
    public const string RecordTopics = "ssh/bridge/commands/";

    private readonly Lock _gate = new();
    private readonly List<LeaderSighting> _leaders = [];
    private readonly List<RecordSighting> _records = [];
    private readonly Dictionary<string, string> _retained = new(StringComparer.Ordinal);

    /// <summary>In the order of their arrival, each once.</summary>
    public IReadOnlyList<LeaderSighting> Leaders
    {
        get
        {
            lock (_gate)
            {
                return [.. _leaders];
            }
        }
    }

    /// <summary>In the order of their arrival.</summary>
    public IReadOnlyList<RecordSighting> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records];
            }
        }
    }

    /// <summary>The records of commands that have not ended, as far as this client knows: topic and text.</summary>
    public IReadOnlyList<string> OpenRecords
    {
        get
        {
            lock (_gate)
            {
                return
                [
                    .. _retained
                        .Where(record => !IsOfAnEndedCommand(record.Value))
                        .Select(record => $"{record.Key} {record.Value}"),
                ];
            }
        }
    }

    /// <summary>When a leader last published that it leads, in seconds since the start of the run.</summary>
    public double LeaderSeenAt { get; private set; }

    /// <summary>The leader with the highest epoch; null: there was none.</summary>
    public LeaderSighting? Leader
    {
        get
        {
            lock (_gate)
            {
                return _leaders.MaxBy(leader => leader.Epoch);
            }
        }
    }

    public static bool IsOfAnEndedCommand(string record) => record.Contains("\"state\":\"ended\"", StringComparison.Ordinal);

    /// <summary>The first leader after an epoch; null: there was none.</summary>
    public LeaderSighting? LeaderAfter(long epoch)
    {
        lock (_gate)
        {
            return _leaders.Find(leader => leader.Epoch > epoch);
        }
    }

    public void Take(ProbeMessage message)
    {
        if (message.Topic == "ssh/bridge/leader" && message.Payload.Length > 0)
        {
            TakeLeader(message);
        }
        else if (message.Topic.StartsWith("ssh/bridge/instances/", StringComparison.Ordinal))
        {
            log.Write("state", $"{message.Topic} {message.Text}");
        }
        else if (message.Topic.StartsWith(RecordTopics, StringComparison.Ordinal))
        {
            TakeRecord(message);
        }
    }

    /// <summary>The broker has forgotten everything.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _retained.Clear();
        }
    }

    private void TakeLeader(ProbeMessage message)
    {
        using var json = JsonDocument.Parse(message.Payload);
        var instance = json.RootElement.GetProperty("instance").GetString()!;
        var epoch = json.RootElement.GetProperty("epoch").GetInt64();
        log.Write("leader", $"{instance} {epoch}");
        lock (_gate)
        {
            LeaderSeenAt = clock.Now;
            if (!_leaders.Exists(leader => leader.Instance == instance && leader.Epoch == epoch))
            {
                _leaders.Add(new LeaderSighting(clock.Now, instance, epoch));
            }
        }
    }

    private void TakeRecord(ProbeMessage message)
    {
        if (message.Payload.Length == 0)
        {
            log.Write("record", $"{message.Topic} gone");
            lock (_gate)
            {
                _retained.Remove(message.Topic);
            }

            return;
        }

        using var json = JsonDocument.Parse(message.Payload);
        RecordSighting record = new(
            clock.Now,
            json.RootElement.GetProperty("id").GetString()!,
            json.RootElement.GetProperty("state").GetString()!,
            json.RootElement.GetProperty("epoch").GetInt64()
        );
        log.Write("record", $"{message.Topic} {record.Id} {record.State} {record.Epoch}");
        lock (_gate)
        {
            _retained[message.Topic] = message.Text;
            _records.Add(record);
        }
    }
}
