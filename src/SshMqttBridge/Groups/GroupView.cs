using System.Diagnostics.CodeAnalysis;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Groups;

/// <summary>What the broker holds of the group: who leads, the records of commands. Thread-safe.</summary>
internal sealed class GroupView(TopicScheme topics, TimeProvider time)
{
    /// <summary>More than ten minutes of commands on all servers; anyone may publish there.</summary>
    private const int MaximumRecords = 200_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (CommandRecord Record, long SeenAt)> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CommandRecord> _outdated = new(StringComparer.Ordinal);
    private LeaderInfo? _leader;

    /// <summary>Called with each record that arrives, without a lock; must be quick. Set it before the first message.</summary>
    public Action<CommandRecord>? RecordArrived { get; set; }

    /// <summary>The records of ended commands of which the broker holds an earlier state again, because it was restarted.</summary>
    public IReadOnlyList<CommandRecord> Outdated
    {
        get
        {
            lock (_gate)
            {
                return [.. _outdated.Values];
            }
        }
    }

    /// <summary>The last leader that is known; null: the broker knows none.</summary>
    public LeaderInfo? Leader
    {
        get
        {
            lock (_gate)
            {
                return _leader;
            }
        }
    }

    /// <summary>The records that the broker holds.</summary>
    public IReadOnlyList<CommandRecord> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records.Values.Select(known => known.Record)];
            }
        }
    }

    /// <summary>The records of commands that ended at least this long ago.</summary>
    public IReadOnlyList<CommandRecord> EndedBefore(TimeSpan age)
    {
        lock (_gate)
        {
            return
            [
                .. _records
                    .Values.Where(known =>
                        known.Record.State == CommandRecordState.Ended && time.GetElapsedTime(known.SeenAt) >= age
                    )
                    .Select(known => known.Record),
            ];
        }
    }

    /// <summary>
    /// Forgets what a new connection to the broker delivers again. The ids of ended commands stay known: that is never wrong.
    /// </summary>
    public void Reset()
    {
        lock (_gate)
        {
            _leader = null;
            foreach (var (topic, known) in _records)
            {
                if (known.Record.State != CommandRecordState.Ended)
                {
                    _records.Remove(topic);
                }
            }
        }
    }

    /// <summary>Handles a message on one of the group's topics. Others are ignored.</summary>
    public void Handle(MqttDelivery delivery)
    {
        if (delivery.Topic == topics.GroupLeader)
        {
            lock (_gate)
            {
                _leader = LeaderInfo.TryRead(delivery.Payload.Span, out var leader) ? leader : null;
            }
        }
        else if (TopicFilter.Matches(topics.CommandRecords, delivery.Topic))
        {
            OnRecord(delivery);
        }
    }

    private void OnRecord(MqttDelivery delivery)
    {
        if (
            !CommandRecord.TryRead(delivery.Payload.Span, out var record)
            || topics.CommandRecordOf(record.Server, record.Key) != delivery.Topic
        )
        {
            lock (_gate)
            {
                _records.Remove(delivery.Topic);
                _outdated.Remove(delivery.Topic);
            }

            return;
        }

        lock (_gate)
        {
            _outdated.Remove(delivery.Topic);
            if (IsOutdated(record, delivery.Topic, out var ended))
            {
                _outdated.Add(delivery.Topic, ended);
                return;
            }

            if (_records.Count < MaximumRecords || _records.ContainsKey(delivery.Topic))
            {
                _records[delivery.Topic] = (record, time.GetTimestamp());
            }
        }

        RecordArrived?.Invoke(record);
    }

    /// <summary>Whether it is known that this command has ended. Called under the lock.</summary>
    private bool IsOutdated(CommandRecord record, string topic, [NotNullWhen(true)] out CommandRecord? ended)
    {
        ended =
            record.State != CommandRecordState.Ended
            && _records.TryGetValue(topic, out var known)
            && known.Record.State == CommandRecordState.Ended
            && known.Record.ReceivedAt == record.ReceivedAt
                ? known.Record
                : null;
        return ended is not null;
    }
}
