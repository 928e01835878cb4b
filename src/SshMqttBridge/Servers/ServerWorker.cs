using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Servers;

/// <summary>
/// The one worker of a server: takes command after command from the queue, carries it out and gives it its result. Between two commands it closes a connection
/// that is not to stay open.
/// </summary>
internal sealed partial class ServerWorker(
    ServerOptions options,
    CommandQueue queue,
    CommandLedger ledger,
    ServerConnection connection,
    CommandRunner runner,
    ServerTopics topics,
    Outbox outbox,
    TimeProvider time,
    ILogger<ServerWorker> logger
)
{
    private volatile PendingCommand? _running;
    private Ending? _untold;

    /// <summary>The command being carried out, or null. Any thread.</summary>
    public PendingCommand? Running => _running;

    /// <summary>Works until told to stop; the command that runs then is carried out to its end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (queue.TryTake(out var pending))
                {
                    await TakeAsync(pending);
                }
                else
                {
                    await RestAsync();
                    await WaitAsync(stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // While waiting for the next one.
        }

        await RestAsync();
        topics.LastQueue();
    }

    /// <summary>Publishes what runs and how much waits. Any thread.</summary>
    public void PublishQueue() => topics.Queue(() => (_running?.Command.Id, queue.Count));

    /// <summary>Runs a command. Its result is published once the next command has been sent, or when no other waits, so that the server is never idle.</summary>
    private async Task TakeAsync(PendingCommand pending)
    {
        if (pending.Command.Origin.HasExpired(time))
        {
            Tell();
            ledger.End(pending, StopOutcome.Expired);
            return;
        }

        var queued = time.GetElapsedTime(pending.Command.Origin.ReceivedTimestamp);
        var started = time.GetTimestamp();
        _running = pending;
        ledger.PublishStarted(pending);
        var carryingOut = CarryOutAsync(pending);
        var telling = TellBesideAsync();
        var outcome = await carryingOut;
        await telling;
        _untold = new Ending(pending, outcome, queued, time.GetElapsedTime(started));
        _running = null;
    }

    /// <summary>As <see cref="Tell"/>, but a result is published on another thread: this one may be the listener of the server.</summary>
    private Task TellBesideAsync()
    {
        if (_untold is not null)
        {
            return Task.Run(Tell, CancellationToken.None);
        }

        Tell();
        return Task.CompletedTask;
    }

    /// <summary>Publishes the last command's result, unless that is done, and the state of the queue.</summary>
    private void Tell()
    {
        if (_untold is { } ending)
        {
            _untold = null;
            ledger.End(ending.Command, ending.Outcome, ending.Queued, ending.Duration, PublishQueue);
            return;
        }

        using (outbox.Batch())
        {
            PublishQueue();
        }
    }

    /// <summary>No command waits: closes the last command's channel and opens one for the next.</summary>
    private async Task RestAsync()
    {
        var mayOpenAhead = runner.WasSent && _untold?.Outcome.Status is CommandStatus.Succeeded or CommandStatus.Failed;
        Tell();
        await runner.CloseChannelAsync();
        if (mayOpenAhead)
        {
            connection.OpenAhead();
        }
    }

    private async Task<CommandOutcome> CarryOutAsync(PendingCommand pending)
    {
        try
        {
            return await runner.RunAsync(pending, () => queue.Count > 0);
        }
        catch (Exception exception)
        {
            // A fault of ours must neither end the worker nor leave the command without a result.
            LogUnexpected(options.Id, pending.Command.Id, exception);
            var status = runner.WasSent ? CommandStatus.Lost : CommandStatus.Rejected;
            return new CommandOutcome(status, Reasons.Local, "The bridge failed: " + exception.Message);
        }
    }

    /// <summary>Waits for the next command, or for news of the connection, and closes it where it is not to stay open without a command.</summary>
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

        using var idle = new CancellationTokenSource(options.IdleTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, stop);
        try
        {
            await queue.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            LogIdle(options.Id, options.IdleTimeout.TotalSeconds);
            await connection.CloseAsync();
        }
    }

    [LoggerMessage(2105, LogLevel.Information, "{Server}: no command for {Seconds} s: connection closed")]
    private partial void LogIdle(string server, double seconds);

    [LoggerMessage(2107, LogLevel.Error, "{Server}: {CommandId}: unexpected failure; please report it")]
    private partial void LogUnexpected(string server, string commandId, Exception exception);

    private sealed record Ending(PendingCommand Command, CommandOutcome Outcome, TimeSpan Queued, TimeSpan Duration);
}
