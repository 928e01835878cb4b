using SshMqttBridge.Commands;

namespace SshMqttBridge.Servers;

/// <summary>The outcomes of commands that were stopped, or never begun.</summary>
internal static class StopOutcome
{
    public static CommandOutcome Expired { get; } =
        new(CommandStatus.Expired, null, "The message expired before the command's turn.");

    public static CommandOutcome Stopping { get; } = CommandOutcome.Rejected(Reasons.Shutdown, "The bridge stops.");

    public static CommandOutcome Of(StopCause cause, bool wasSent) =>
        (cause, wasSent) switch
        {
            (StopCause.Shutdown, false) => Stopping,
            (StopCause.Shutdown, true) => new CommandOutcome(
                CommandStatus.Cancelled,
                Reasons.Shutdown,
                "The bridge stops, and stopped the command with it."
            ),
            (_, false) => new CommandOutcome(CommandStatus.Cancelled, null, "The command was cancelled before it was sent."),
            (_, true) => new CommandOutcome(CommandStatus.Cancelled, null, "The command was cancelled and stopped."),
        };
}
