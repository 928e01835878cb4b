using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Servers;

/// <summary>
/// The worker of a server: takes one command after the other from the queue, runs it and publishes its result. Closes an
/// unneeded connection between two commands.
/// </summary>
internal sealed partial class ServerWorker(
    ServerOptions options,
    CommandQueue queue,
    CommandLedger ledger,
    ServerConnection connection,
    CommandRunner runner,
    ServerTopics topics,
    Outbox outbox,
    InterruptionMonitor interruptions,
    TimeProvider time,
    ILogger<ServerWorker> logger
)
{
    private volatile PendingCommand? _running;
    private CompletedCommand? _completed;

    /// <summary>The running command, or null. Any thread.</summary>
    public PendingCommand? Running => _running;

    /// <summary>Runs until it is cancelled; a running command continues to its end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (queue.TryTake(out var pending))
                {
                    await ProcessAsync(pending);
                }
                else
                {
                    await BeforeIdleAsync();
                    await WaitAsync(stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Cancelled while waiting for a command.
        }

        await BeforeIdleAsync();
    }

    /// <summary>Publishes the state of the queue. Any thread.</summary>
    public void PublishQueue() => topics.Queue(() => (_running?.Command.Id, queue.Count));

    /// <summary>
    /// Runs a command. The worker publishes its result after it has sent the next command, or when the queue is empty, so that
    /// the server is never idle.
    /// </summary>
    private async Task ProcessAsync(PendingCommand pending)
    {
        if (pending.Command.Origin.HasExpired(time))
        {
            PublishCompleted();
            ledger.End(pending, StopOutcome.Expired);
            return;
        }

        if (interruptions.HasBeenInterruptedSince(pending.Command.Origin.ReceivedTimestamp))
        {
            PublishCompleted();
            ledger.End(pending, StopOutcome.Interrupted);
            return;
        }

        var queued = time.GetElapsedTime(pending.Command.Origin.ReceivedTimestamp);
        var started = time.GetTimestamp();
        _running = pending;
        ledger.PublishStarted(pending);
        var running = RunAsync(pending);
        var publishing = PublishCompletedAsync();
        var outcome = await running;
        await publishing;
        _completed = new CompletedCommand(pending, outcome, queued, time.GetElapsedTime(started));
        _running = null;
    }

    /// <summary>
    /// Like <see cref="PublishCompleted"/>, but on another thread if there is a result: this one may read from the server.
    /// </summary>
    private Task PublishCompletedAsync()
    {
        if (_completed is not null)
        {
            return Task.Run(PublishCompleted, CancellationToken.None);
        }

        PublishCompleted();
        return Task.CompletedTask;
    }

    /// <summary>Publishes the last command's result, if it is not yet published, and the state of the queue.</summary>
    private void PublishCompleted()
    {
        if (_completed is { } completed)
        {
            _completed = null;
            ledger.End(completed.Command, completed.Outcome, completed.Queued, completed.Duration, PublishQueue);
            return;
        }

        using (outbox.Batch())
        {
            PublishQueue();
        }
    }

    /// <summary>Called when the queue is empty: closes the last command's channel and opens one for the next.</summary>
    private async Task BeforeIdleAsync()
    {
        var hasRun = runner.WasSent && _completed?.Outcome.Status is CommandStatus.Succeeded or CommandStatus.Failed;
        PublishCompleted();
        await runner.CloseChannelAsync();
        if (hasRun && runner.MayOpenAhead)
        {
            connection.OpenAhead();
        }
    }

    private async Task<CommandOutcome> RunAsync(PendingCommand pending)
    {
        try
        {
            return await runner.RunAsync(pending, () => queue.Count > 0);
        }
        catch (Exception exception)
        {
            // A defect of the bridge must neither end the worker nor leave the command without a result.
            LogUnexpected(options.Id, pending.Command.Id, exception);
            var status = runner.WasSent ? CommandStatus.Lost : CommandStatus.Rejected;
            return new CommandOutcome(status, Reasons.Local, "The bridge failed: " + exception.Message);
        }
    }

    /// <summary>
    /// Waits for a command or a change of the connection, and closes the connection if it is inactive or idle.
    /// </summary>
    private async Task WaitAsync(CancellationToken stop)
    {
        if (connection.ShouldDisconnect)
        {
            await connection.DropAsync();
        }

        if (options.PersistentConnection || !connection.IsOpen)
        {
            await queue.WaitAsync(stop);
            return;
        }

        using Deadline idle = new(options.IdleTimeout, time, stop);
        try
        {
            await queue.WaitAsync(idle.Token);
        }
        catch (OperationCanceledException) when (idle.HasPassed)
        {
            LogIdle(options.Id, options.IdleTimeout.TotalSeconds);
            await connection.CloseAsync();
        }
    }

    [LoggerMessage(2105, LogLevel.Information, "{Server}: connection closed after {Seconds} s without a command")]
    private partial void LogIdle(string server, double seconds);

    [LoggerMessage(2107, LogLevel.Error, "{Server}: unexpected failure while running {CommandId}; please report it")]
    private partial void LogUnexpected(string server, string commandId, Exception exception);

    private sealed record CompletedCommand(PendingCommand Command, CommandOutcome Outcome, TimeSpan Queued, TimeSpan Duration);
}
