using SshMqttBridge.Commands;

namespace SshMqttBridge.Servers;

/// <summary>
/// PORT: keeps a record of each pending command where the other instances of a group find it when this one is lost. Thread-safe.
/// </summary>
internal interface ICommandRecords
{
    /// <summary>Why this bridge accepts no commands now; null: it does.</summary>
    CommandOutcome? Refusal { get; }

    /// <summary>Whether a command may be sent to its server now. Exact: check it immediately before.</summary>
    bool MaySend { get; }

    /// <summary>Records that the command is queued. Does not wait.</summary>
    void Accepted(PendingCommand pending);

    /// <summary>Records that the command is about to be sent, and waits until the record is safe.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task SentAsync(PendingCommand pending, CancellationToken cancellationToken);

    /// <summary>Records the end of a command, in the same batch as its result.</summary>
    /// <param name="result">The result.</param>
    /// <param name="hasOwnId">See <see cref="Command.HasOwnId"/>.</param>
    void Ended(CommandResult result, bool hasOwnId);

    /// <summary>The broker has acknowledged the result.</summary>
    /// <param name="result">The result.</param>
    /// <param name="hasOwnId">Whether the id must stay known for a while.</param>
    void Acknowledged(CommandResult result, bool hasOwnId);
}
