using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Audit;

/// <summary>An entry of the audit log: one command, or one rejected message.</summary>
internal sealed record AuditEntry
{
    /// <summary>The id in the topic; the server may not exist.</summary>
    public required string Server { get; init; }

    /// <summary>Null if there is no such server.</summary>
    public SessionIdentity? Identity { get; init; }

    /// <summary>Null if it is no longer known, after a restart.</summary>
    public string? Topic { get; init; }

    public string? Id { get; init; }

    /// <summary>Null if the topic is unknown.</summary>
    public Operation? Operation { get; init; }

    public string? Command { get; init; }

    /// <summary>The named action, if any.</summary>
    public string? Action { get; init; }

    /// <summary>Null for a duplicate: the first command's entry has its status.</summary>
    public required CommandStatus? Status { get; init; }

    /// <summary>Whether the message repeats a command that ran or is pending, and is answered with its result.</summary>
    public bool IsDuplicate { get; init; }
    public string? Reason { get; init; }
    public long? Exit { get; init; }
    public long OutBytes { get; init; }
    public long ErrBytes { get; init; }
    public long? Bytes { get; init; }
    public long DurationMs { get; init; }

    /// <summary>The entry of a result.</summary>
    public static AuditEntry Of(CommandResult result, string? topic, SessionIdentity? identity) =>
        new()
        {
            Server = result.Server,
            Identity = identity,
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

    /// <summary>The entry of a message that repeats a command.</summary>
    public static AuditEntry OfDuplicate(Command command, SessionIdentity? identity) =>
        new()
        {
            Server = command.Origin.ServerId,
            Identity = identity,
            Topic = command.Origin.Topic,
            Id = command.Id,
            Operation = command.Operation,
            Command = command.Text,
            Action = (command as ExecCommand)?.Action,
            Status = null,
            IsDuplicate = true,
        };

    /// <summary>The entry of a message to an unknown server or topic.</summary>
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
