using SshMqttBridge.Commands;

namespace SshMqttBridge.Journal;

/// <summary>A command that the broker has no result of yet.</summary>
internal sealed record JournalEntry
{
    public required string ServerId { get; init; }
    public required string Id { get; init; }
    public required Operation Operation { get; init; }
    public string? Command { get; init; }

    /// <summary>The named action that it is; null: none.</summary>
    public string? Action { get; init; }

    /// <summary>Whether the schedule ran it.</summary>
    public bool IsScheduled { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Whether it was sent to the server: then it may have run.</summary>
    public required bool WasSent { get; init; }
    public ReplyAddress? Reply { get; init; }

    /// <summary>Its JSON result, if it had ended.</summary>
    public byte[]? Result { get; init; }
}
