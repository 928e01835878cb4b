using System.Diagnostics.CodeAnalysis;
using System.Text;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Groups;

/// <summary>
/// What the broker holds of the group: who leads, the states of the instances, the records of commands. Thread-safe.
/// </summary>
internal sealed class GroupView(TopicScheme topics, TimeProvider time)
{
    /// <summary>More than the instances of any group; anyone may publish there.</summary>
    private const int MaximumInstances = 64;

    /// <summary>The longest name of an instance that the configuration accepts.</summary>
    private const int MaximumNameLength = 64;

    /// <summary>More than ten minutes of commands on all servers; anyone may publish there.</summary>
    private const int MaximumRecords = 200_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (CommandRecord Record, long SeenAt)> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CommandRecord> _outdated = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _instances = new(StringComparer.Ordinal);
    private LeaderInfo? _leader;
    private LeaderInfo? _lastLeader;
    private bool _isConnected;

    /// <summary>Called with each record that arrives, without a lock; must be quick. Set it before the first message.</summary>
    public Action<CommandRecord>? RecordArrived { get; set; }

    /// <summary>
    /// Called when the connection, the leader or the state of an instance has changed, without a lock; must be quick. Set it
    /// before the first message.
    /// </summary>
    public Action? Changed { get; set; }

    /// <summary>
    /// Whether there is a connection to the broker, and everything that it retains has arrived. Otherwise, the rest is not up to
    /// date.
    /// </summary>
    public bool IsConnected
    {
        get
        {
            lock (_gate)
            {
                return _isConnected;
            }
        }
        set
        {
            lock (_gate)
            {
                _isConnected = value;
            }

            Changed?.Invoke();
        }
    }

    /// <summary>The states of the instances by their names, in the order of the names.</summary>
    public IReadOnlyDictionary<string, string> Instances
    {
        get
        {
            lock (_gate)
            {
                return new SortedDictionary<string, string>(_instances, StringComparer.Ordinal);
            }
        }
    }

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

    /// <summary>The last leader that this instance has heard of since its start, even if the broker has forgotten it.</summary>
    public LeaderInfo? LastLeader
    {
        get
        {
            lock (_gate)
            {
                return _lastLeader;
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
            _instances.Clear();
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
                _lastLeader = _leader ?? _lastLeader;
            }

            OnChanged();
        }
        else if (topics.InstanceIn(delivery.Topic) is { } instance)
        {
            if (SetInstance(instance, Encoding.UTF8.GetString(delivery.Payload.Span)))
            {
                OnChanged();
            }
        }
        else if (TopicFilter.Matches(topics.CommandRecords, delivery.Topic))
        {
            OnRecord(delivery);
        }
    }

    /// <summary>Not while the retained messages arrive.</summary>
    private void OnChanged()
    {
        if (IsConnected)
        {
            Changed?.Invoke();
        }
    }

    /// <returns>Whether something has changed.</returns>
    private bool SetInstance(string instance, string state)
    {
        lock (_gate)
        {
            if (!InstanceState.IsValid(state))
            {
                return _instances.Remove(instance);
            }

            if (_instances.TryGetValue(instance, out var known))
            {
                _instances[instance] = state;
                return state != known;
            }

            if (instance.Length > MaximumNameLength || (_instances.Count >= MaximumInstances && !TryForgetOffline(state)))
            {
                return false;
            }

            _instances.Add(instance, state);
            return true;
        }
    }

    /// <summary>
    /// Makes room for an instance that is not offline: if the names of instances change with each start, as those of containers
    /// do, the broker holds many that are. Called under the lock.
    /// </summary>
    private bool TryForgetOffline(string state) =>
        state != InstanceState.Offline
        && _instances.FirstOrDefault(known => known.Value == InstanceState.Offline).Key is { } forgotten
        && _instances.Remove(forgotten);

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
