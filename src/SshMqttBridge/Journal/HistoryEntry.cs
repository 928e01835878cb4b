using SshMqttBridge.Commands;

namespace SshMqttBridge.Journal;

/// <summary>A recent, running or queued command.</summary>
/// <param name="ReceivedAt">The time of receipt, by the wall clock.</param>
/// <param name="ServerId">The command's server.</param>
/// <param name="Operation">The <see cref="OperationInfo.Name"/> of the command's operation.</param>
/// <param name="Command">The command's text, or null.</param>
/// <param name="WasSent">Whether the bridge sent the command to the server.</param>
/// <param name="Result">The command's result; null: it has not ended.</param>
internal sealed record HistoryEntry(
    DateTimeOffset ReceivedAt,
    string ServerId,
    string Operation,
    string? Command,
    bool WasSent,
    CommandResult? Result
)
{
    /// <summary>The name of the action; null: not an action.</summary>
    public string? Action { get; init; }

    /// <summary>Whether a schedule started the command.</summary>
    public bool IsScheduled { get; init; }
}
