using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>The outcomes of commands that were stopped or never started.</summary>
internal static class StopOutcome
{
    public static CommandOutcome Expired { get; } =
        new(CommandStatus.Expired, null, "The message expired before the command was started.");

    public static CommandOutcome Interrupted { get; } =
        new(
            CommandStatus.Expired,
            Reasons.Interrupted,
            "The bridge did not run for a while after the command was sent to it, so it does not run the command."
        );

    /// <summary>The outcome of a command that was queued when the bridge lost the lease of its group.</summary>
    public static CommandOutcome LeaseLost { get; } =
        CommandOutcome.Rejected(Reasons.Interrupted, "The bridge lost the lease of its group before the command was sent.");

    public static CommandOutcome ShuttingDown { get; } =
        CommandOutcome.Rejected(Reasons.Shutdown, "The bridge is shutting down.");

    /// <summary>The outcome of a command that was not sent.</summary>
    public static CommandOutcome NeverSent(StopCause cause) =>
        cause switch
        {
            StopCause.Shutdown => ShuttingDown,
            StopCause.Interrupted => Interrupted,
            StopCause.LeaseLost => LeaseLost,
            _ => new CommandOutcome(CommandStatus.Cancelled, null, "The command was cancelled before it was sent."),
        };

    /// <summary>The outcome of a command that was cancelled after it was sent.</summary>
    public static CommandOutcome Cancelled(StopCause cause, StopResult result) =>
        cause switch
        {
            StopCause.Shutdown => Of(CommandStatus.Cancelled, Reasons.Shutdown, "The bridge is shutting down", result),
            StopCause.LeaseLost => Of(
                CommandStatus.Lost,
                Reasons.Interrupted,
                "The bridge lost the lease of its group while the command ran",
                result
            ),
            _ => OrLost(CommandStatus.Cancelled, "The command was cancelled", result),
        };

    /// <summary>The outcome of a command whose timeout expired.</summary>
    public static CommandOutcome TimedOut(TimeSpan timeout, StopResult result) =>
        OrLost(CommandStatus.TimedOut, $"The command took longer than {timeout.TotalSeconds} s", result);

    /// <returns>Whether the command is known to have ended; null if nothing was to be stopped.</returns>
    public static bool? IsStopped(StopResult? result) => result is null ? null : result == StopResult.Ended;

    private static CommandOutcome OrLost(CommandStatus status, string cause, StopResult result) =>
        Of(result == StopResult.NoResponse ? CommandStatus.Lost : status, null, cause, result);

    private static CommandOutcome Of(CommandStatus status, string? reason, string cause, StopResult result) =>
        new(
            status,
            reason,
            result switch
            {
                StopResult.Ended => $"{cause}, and the command was stopped.",
                StopResult.NoResponse => $"{cause}, but the server no longer responds: the command may still be running.",
                _ => $"{cause}, but the server did not confirm that the command has ended.",
            }
        )
        {
            Stopped = IsStopped(result),
        };
}
