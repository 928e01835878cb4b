using SshMqttBridge.Commands;

namespace SshMqttBridge.Journal;

/// <summary>A command whose result the broker has not acknowledged.</summary>
internal sealed record JournalEntry
{
    public required string ServerId { get; init; }
    public required string Id { get; init; }
    public required Operation Operation { get; init; }
    public string? Command { get; init; }

    /// <summary>The name of the action; null: not an action.</summary>
    public string? Action { get; init; }

    /// <summary>Whether a schedule started the command.</summary>
    public bool IsScheduled { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Whether the bridge sent the command to the server: it may have run.</summary>
    public required bool WasSent { get; init; }
    public ReplyAddress? Reply { get; init; }

    /// <summary>The command's JSON result; null: it had not ended.</summary>
    public byte[]? Result { get; init; }
}
