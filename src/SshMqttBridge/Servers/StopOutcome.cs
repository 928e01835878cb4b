using SshMqttBridge.Commands;

namespace SshMqttBridge.Servers;

/// <summary>The outcomes of commands that were stopped or never started.</summary>
internal static class StopOutcome
{
    public static CommandOutcome Expired { get; } =
        new(CommandStatus.Expired, null, "The message expired before the command was started.");

    public static CommandOutcome ShuttingDown { get; } =
        CommandOutcome.Rejected(Reasons.Shutdown, "The bridge is shutting down.");

    public static CommandOutcome Of(StopCause cause, bool wasSent) =>
        (cause, wasSent) switch
        {
            (StopCause.Shutdown, false) => ShuttingDown,
            (StopCause.Shutdown, true) => new CommandOutcome(
                CommandStatus.Cancelled,
                Reasons.Shutdown,
                "The bridge is shutting down and stopped the command."
            ),
            (_, false) => new CommandOutcome(CommandStatus.Cancelled, null, "The command was cancelled before it was sent."),
            (_, true) => new CommandOutcome(CommandStatus.Cancelled, null, "The command was cancelled and stopped."),
        };
}
