using System.Text.Json;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Journal;

/// <summary>Gives the commands that an earlier run of the bridge left behind the one result that each still lacks.</summary>
internal static class Recovery
{
    /// <summary>The result of a command left behind: the one it had, or <c>lost</c> if it had been sent, or <c>rejected</c>.</summary>
    public static CommandResult ResultOf(JournalEntry entry)
    {
        if (entry.Result is { } json)
        {
            try
            {
                return CommandResult.FromJson(json);
            }
            catch (JsonException)
            {
                // A damaged record: that the command had been sent is all that is known.
            }
        }

        return new CommandResult
        {
            Id = entry.Id,
            Server = entry.ServerId,
            Operation = entry.Operation,
            Command = entry.Command,
            Action = entry.Action,
            Scheduled = entry.IsScheduled ? true : null,
            Status = entry.WasSent ? CommandStatus.Lost : CommandStatus.Rejected,
            Reason = Reasons.Interrupted,
            Message = entry.WasSent
                ? "The bridge stopped while the command ran; it may or may not have ended."
                : "The bridge stopped before the command was sent.",
            ReceivedAt = entry.ReceivedAt,
        };
    }
}
