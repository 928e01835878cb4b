using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>The outcomes of commands that were started.</summary>
internal static class ExecOutcome
{
    /// <summary>
    /// The exit status is valid even if the end of output did not arrive, but the output is marked as truncated.
    /// </summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="why">A sentence.</param>
    public static CommandOutcome Truncated(CommandOutcome outcome, string why) =>
        outcome with
        {
            Message = $"{outcome.Message} {why}".TrimStart(),
            Output = outcome.Output with { Truncated = true },
        };

    public static CommandOutcome Stopped(ExecCommand command, PendingCommand pending, StopResult result) =>
        pending.Stop.IsCancellationRequested
            ? StopOutcome.Cancelled(pending.Cause, result)
            : StopOutcome.TimedOut(command.Timeout, result);

    /// <param name="exit">How the command ended.</param>
    /// <param name="rule">What it means if the server does not say.</param>
    public static CommandOutcome Ended(ProcessExit exit, ExitStatusRule rule) =>
        exit switch
        {
            { Status: 0 } => new CommandOutcome(CommandStatus.Succeeded) { Exit = 0 },
            { Status: { } status } => new CommandOutcome(CommandStatus.Failed, null, $"The exit status is {status}.")
            {
                Exit = status,
            },
            { Signal: { } signal } => new CommandOutcome(CommandStatus.Failed, null, $"The command was ended by signal {signal}.")
            {
                Signal = signal,
            },
            _ when rule == ExitStatusRule.Optional => new CommandOutcome(CommandStatus.Succeeded),
            _ => new CommandOutcome(CommandStatus.Failed, Reasons.Remote, "The server returned no exit status."),
        };
}
