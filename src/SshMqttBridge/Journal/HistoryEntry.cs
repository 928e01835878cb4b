using SshMqttBridge.Commands;

namespace SshMqttBridge.Journal;

/// <summary>A command that ran lately, or runs, or waits.</summary>
/// <param name="ReceivedAt">By the wall clock.</param>
/// <param name="ServerId">The server it was for.</param>
/// <param name="Operation">The name of its <see cref="Commands.Operation"/>.</param>
/// <param name="Command">Its text, if it has one.</param>
/// <param name="WasSent">Whether it was sent to the server.</param>
/// <param name="Result">How it ended; null if it has not.</param>
internal sealed record HistoryEntry(
    DateTimeOffset ReceivedAt,
    string ServerId,
    string Operation,
    string? Command,
    bool WasSent,
    CommandResult? Result
)
{
    /// <summary>The named action that it is; null: none.</summary>
    public string? Action { get; init; }

    /// <summary>Whether the schedule ran it.</summary>
    public bool IsScheduled { get; init; }
}
