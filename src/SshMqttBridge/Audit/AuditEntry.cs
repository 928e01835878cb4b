using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Audit;

/// <summary>What the audit log says of one command or one refused message.</summary>
internal sealed record AuditEntry
{
    /// <summary>The id as written; the server may not exist.</summary>
    public required string Server { get; init; }

    /// <summary>Null where there is no such server.</summary>
    public SessionIdentity? Who { get; init; }

    /// <summary>Null where it is not known any more: after a restart.</summary>
    public string? Topic { get; init; }

    public string? Id { get; init; }

    /// <summary>Null where the topic names none.</summary>
    public Operation? Operation { get; init; }

    public string? Command { get; init; }

    /// <summary>The named action that it is; null: none.</summary>
    public string? Action { get; init; }
    public required CommandStatus Status { get; init; }
    public string? Reason { get; init; }
    public long? Exit { get; init; }
    public long OutBytes { get; init; }
    public long ErrBytes { get; init; }
    public long? Bytes { get; init; }
    public long DurationMs { get; init; }

    /// <summary>What a result says.</summary>
    public static AuditEntry Of(CommandResult result, string? topic, SessionIdentity? who) =>
        new()
        {
            Server = result.Server,
            Who = who,
            Topic = topic,
            Id = result.Id,
            Operation = result.Operation,
            Command = result.Command,
            Action = result.Action,
            Status = result.Status,
            Reason = result.Reason,
            Exit = result.Exit,
            OutBytes = result.OutBytes,
            ErrBytes = result.ErrBytes,
            Bytes = result.Bytes,
            DurationMs = result.DurationMs,
        };

    /// <summary>What a message to a server or topic that does not exist says.</summary>
    public static AuditEntry OfUnknown(string serverId, string topic, Operation? operation, string? id) =>
        new()
        {
            Server = serverId,
            Topic = topic,
            Operation = operation,
            Id = id,
            Status = CommandStatus.Rejected,
            Reason = Reasons.Invalid,
        };
}
