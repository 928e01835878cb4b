using SshMqttBridge.Commands;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Groups;

/// <summary>The records of the leader's commands: retained messages, on the connection that also carries the results.</summary>
internal sealed class GroupRecords(Leadership leadership, GroupView view, TopicScheme topics, Outbox outbox) : ICommandRecords
{
    /// <inheritdoc/>
    public CommandOutcome? Refusal => leadership.IsHeld ? null : Standby();

    /// <inheritdoc/>
    public bool MaySend => leadership.IsHeld;

    /// <inheritdoc/>
    public void Accepted(PendingCommand pending)
    {
        pending.HasRecord = true;
        Post(CommandRecord.Of(pending.Command, CommandRecordState.Accepted, leadership.Epoch));
    }

    /// <inheritdoc/>
    public async Task SentAsync(PendingCommand pending, CancellationToken cancellationToken)
    {
        if (!leadership.IsHeld)
        {
            // The caller asks again, and then knows why.
            return;
        }

        TaskCompletionSource safe = new(TaskCreationOptions.RunContinuationsAsynchronously);
        pending.HasRecord = true;
        Post(CommandRecord.Of(pending.Command, CommandRecordState.Sent, leadership.Epoch), () => safe.TrySetResult());
        await safe.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Ended(CommandResult result, bool hasOwnId) => Post(CommandRecord.Of(result, hasOwnId, leadership.Epoch));

    /// <inheritdoc/>
    public void Acknowledged(CommandResult result, bool hasOwnId)
    {
        // A client may send a command again that was never sent to its server.
        if (!hasOwnId || result.Status is CommandStatus.Rejected or CommandStatus.Expired)
        {
            Remove(result.Server, CommandRecord.KeyOf(result.Id!));
        }
    }

    /// <summary>Publishes again how commands have ended of which the broker has an earlier record.</summary>
    public void CorrectOutdated()
    {
        foreach (var record in view.Outdated)
        {
            Post(record);
        }
    }

    /// <summary>Removes the records whose ids need no longer be known.</summary>
    public void RemoveOld()
    {
        foreach (var record in view.EndedBefore(CommandLimits.IdMemory))
        {
            Remove(record.Server, record.Key);
        }
    }

    /// <summary>Removes the record of a command whose result has been published.</summary>
    public void Remove(string serverId, string key) =>
        outbox.Post(new MqttPublication(topics.CommandRecordOf(serverId, key), default, Retain: true));

    private void Post(CommandRecord record, Action? acknowledged = null) =>
        outbox.Post(
            new MqttPublication(topics.CommandRecordOf(record.Server, record.Key), record.ToJson(), Retain: true),
            acknowledged
        );

    private CommandOutcome Standby() =>
        CommandOutcome.Rejected(
            Reasons.Local,
            view.Leader is { } leader
                ? $"This bridge is a standby of its group, which '{leader.Instance}' leads."
                : "This bridge is a standby of its group."
        );
}
