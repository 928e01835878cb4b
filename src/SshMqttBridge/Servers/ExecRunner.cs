using System.Text;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Runs one command in a channel: starts it, writes its input, and decides when it has ended, timed out or been stopped.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="session">Its connection.</param>
/// <param name="process">A new channel; disposed by the caller.</param>
/// <param name="publisher">Publishes lines of output.</param>
/// <param name="events">Receives the output while it has subscribers.</param>
/// <param name="interruptions">Detects that the bridge did not run.</param>
/// <param name="time">The clock.</param>
internal sealed class ExecRunner(
    ServerOptions server,
    SharedSession session,
    IRemoteProcess process,
    ResultPublisher publisher,
    EventBus events,
    InterruptionMonitor interruptions,
    TimeProvider time
) : IDisposable
{
    /// <summary>
    /// The longest wait for an exit status that the server may have sent while the bridge did not run: it is read only now.
    /// </summary>
    private static readonly TimeSpan LastReadTimeout = TimeSpan.FromSeconds(1);

    private readonly long _startedAt = time.GetTimestamp();
    private readonly OutputPump _pump = new(server, process, publisher, events, time);
    private OutputDrain? _drain;

    /// <summary>Runs the command to its end. Failures are part of the outcome.</summary>
    /// <param name="command">The command.</param>
    /// <param name="pending">Holds the request to stop, and its cause.</param>
    public async Task<CommandOutcome> RunAsync(ExecCommand command, PendingCommand pending)
    {
        using Deadline stopping = new(command.Timeout, time, pending.Stop);
        pending.AfterInterruption = () => stopping.Reset(command.Timeout - time.GetElapsedTime(_startedAt));
        try
        {
            await (
                command.StandardInput is { Length: > 0 }
                    ? process.StartAsync(command.SentText, stopping.Token)
                    : process.StartWithoutInputAsync(command.SentText, stopping.Token)
            );
        }
        catch (SshChannelException exception)
        {
            return CommandOutcome.Rejected(ReasonOf(exception), exception.Message);
        }
        catch (SshConnectionException exception)
        {
            return new CommandOutcome(CommandStatus.Lost, null, exception.Message);
        }
        catch (OperationCanceledException)
        {
            // The server may have started it nevertheless.
            return ExecOutcome.Stopped(command, pending, await StopAsync(pending));
        }

        var input = command.StandardInput is { Length: > 0 } text ? WriteInputAsync(text) : Task.CompletedTask;
        var output = _pump.RunAsync(command);
        var outcome = await EndAsync(command, pending, output, stopping.Token);
        await _pump.StopAsync();
        await Task.WhenAll(input, output).WhenEnded();
        outcome = outcome with { Output = _pump.ToOutput() };
        outcome = _pump.OutputFailure is { } failure ? outcome.WithoutOutput(failure) : outcome;
        return outcome.Exit is not null && output.Exception?.InnerException is SshConnectionException
                ? ExecOutcome.Truncated(outcome, "The connection was lost before all output had arrived.")
            : _drain is { IsCutOff: true }
                ? ExecOutcome.Truncated(outcome, "Output still arrived after the end of the command; some may be missing.")
            : outcome;
    }

    /// <summary>What is known after the command was to be stopped; null: it was not.</summary>
    public StopResult? StopResult { get; private set; }

    public void Dispose() => _pump.Dispose();

    /// <summary>The reason of the result for a channel or a command that was refused.</summary>
    public static string ReasonOf(SshChannelException exception) =>
        exception.Fault == SshChannelFault.TooLarge ? Reasons.TooLarge : Reasons.Channel;

    private OutputDrain Drain() => new(session, process, _pump, time);

    private async Task<StopResult> StopAsync(PendingCommand pending)
    {
        var patience = ProcessStopper.UsualPatience;
        var isShutdown = pending.Stop.IsCancellationRequested && pending.Cause == StopCause.Shutdown;
        var result = await session.Stopper.StopAsync(process, isShutdown ? patience / 2 : patience);
        StopResult = result;
        return result;
    }

    private async Task<CommandOutcome> EndAsync(
        ExecCommand command,
        PendingCommand pending,
        Task output,
        CancellationToken stopping
    )
    {
        try
        {
            var exit = await ExitAsync(pending, output, stopping);
            // The exit status is known: from now on only a cancellation cuts the output short.
            _drain = Drain();
            await _drain.RunAsync(output, pending.Stop);
            return ExecOutcome.Ended(exit, server.ExitStatus);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            var result = await StopAsync(pending);
            // Lines may wait for an unavailable broker for any time; the end of the command does not.
            using var limit = new CancellationTokenSource(OutputDrain.LingerTime / 2, time);
            await Drain().RunAsync(output, limit.Token);
            return ExecOutcome.Stopped(command, pending, result);
        }
        catch (SshConnectionException exception)
        {
            // Output that has arrived before is still read.
            await output.WaitAsync(pending.Stop).WhenEnded();
            return new CommandOutcome(CommandStatus.Lost, null, exception.Message);
        }
    }

    /// <summary>
    /// Waits for the exit status. If the timeout passed while the bridge did not run, the command may have ended in time, and its
    /// exit status is read first.
    /// </summary>
    private async Task<ProcessExit> ExitAsync(PendingCommand pending, Task output, CancellationToken stopping)
    {
        var exit = ExitOrLossAsync(output);
        try
        {
            return await exit.WaitAsync(stopping);
        }
        catch (OperationCanceledException)
            when (!pending.Stop.IsCancellationRequested && interruptions.HasBeenInterruptedSince(_startedAt))
        {
            if (await Task.WhenAny(exit, Task.Delay(LastReadTimeout, time, pending.Stop)) != exit)
            {
                throw;
            }

            return await exit;
        }
    }

    /// <summary>
    /// Waits for the exit status; fails as soon as the connection is lost, unless the exit status arrived before, or the output
    /// ended before and the exit status is optional.
    /// </summary>
    private async Task<ProcessExit> ExitOrLossAsync(Task output)
    {
        var isOptional = server.ExitStatus == ExitStatusRule.Optional;
        var first = await Task.WhenAny(process.Exit, output);
        if (!process.Exit.IsCompletedSuccessfully && (first == output || isOptional))
        {
            // Fails if the connection was lost before the end of the output.
            await output;
            if (isOptional)
            {
                return await LateExitAsync();
            }
        }

        return await process.Exit;
    }

    /// <summary>
    /// Waits for an exit status after the end of output, but not for long: devices that return none may also leave the channel
    /// open, or close the whole connection.
    /// </summary>
    private async Task<ProcessExit> LateExitAsync()
    {
        try
        {
            return await process.Exit.WaitAsync(OutputDrain.LingerTime, time);
        }
        catch (Exception exception) when (exception is TimeoutException or SshConnectionException)
        {
            return ProcessExit.Unknown;
        }
    }

    private async Task WriteInputAsync(string standardInput)
    {
        try
        {
            await process.WriteAsync(Encoding.UTF8.GetBytes(standardInput), _pump.Stopped);
            await process.CloseInputAsync(_pump.Stopped);
        }
        catch (Exception exception)
            when (exception is SshChannelException or SshConnectionException or OperationCanceledException)
        {
            // A command may ignore its input; a lost connection is reported by its output.
        }
    }
}
