using SshMqttBridge.Commands;

namespace SshMqttBridge.Servers;

/// <summary>The outcome of a command that was stopped.</summary>
internal static class StopOutcome
{
    public static CommandOutcome Of(StopCause cause, bool wasSent) =>
        (cause, wasSent) switch
        {
            (StopCause.Shutdown, false) => CommandOutcome.Rejected(Reasons.Shutdown, "The bridge stops."),
            (StopCause.Shutdown, true) => new CommandOutcome(
                CommandStatus.Cancelled,
                Reasons.Shutdown,
                "The bridge stops, and stopped the command with it."
            ),
            (_, false) => new CommandOutcome(CommandStatus.Cancelled, null, "The command was cancelled before it was sent."),
            (_, true) => new CommandOutcome(CommandStatus.Cancelled, null, "The command was cancelled and stopped."),
        };
}
