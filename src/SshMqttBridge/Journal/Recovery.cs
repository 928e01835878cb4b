using System.Text.Json;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Journal;

/// <summary>Creates the results of commands that an earlier run of the bridge left unfinished.</summary>
internal static class Recovery
{
    /// <summary>Returns the command's recorded result, or <c>lost</c> if it had been sent, or else <c>rejected</c>.</summary>
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
                // The recorded result is damaged.
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
