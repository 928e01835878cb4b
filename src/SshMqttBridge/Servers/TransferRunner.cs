using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Ssh;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Servers;

/// <summary>Runs <c>get</c> and <c>put</c> commands and publishes their progress.</summary>
internal sealed class TransferRunner(
    ServerOptions server,
    BaseDirectory baseDirectory,
    TopicScheme topics,
    Outbox outbox,
    EventBus events,
    TimeProvider time
)
{
    /// <summary>
    /// Runs tasks on the thread pool. Commands otherwise resume on the thread that reads from the network, which a slow disk
    /// must not block (docs/adr/0021).
    /// </summary>
    private static readonly TaskScheduler PoolScheduler = new ConcurrentExclusiveSchedulerPair(
        TaskScheduler.Default,
        int.MaxValue
    ).ConcurrentScheduler;

    /// <summary>Copies the file.</summary>
    /// <param name="command">Source and destination.</param>
    /// <param name="open">Opens the channel to copy through.</param>
    /// <param name="sent">Called just before the transfer starts on the server; from then on it may have an effect.</param>
    /// <param name="pending">Holds the request to stop, and its cause.</param>
    /// <returns>The outcome, including failures of the transfer.</returns>
    /// <exception cref="SshConnectionException">The connection failed or was lost.</exception>
    /// <exception cref="OperationCanceledException">The transfer was stopped before it was sent.</exception>
    public async Task<CommandOutcome> RunAsync(TransferCommand command, ChannelSource open, Action sent, PendingCommand pending)
    {
        var wasSent = false;
        StopResult? stopResult = null;
        void BeforeStart()
        {
            sent();
            wasSent = true;
        }

        var transfer = new FileTransfer(baseDirectory, time)
        {
            Progress = new ProgressPublisher(command, topics, outbox, events).Publish,
            Stopped = result => stopResult = result,
        };
        Func<ChannelSource, string, string, TimeSpan, Action, CancellationToken, Task<long>> copy = command.IsPut
            ? transfer.PutAsync
            : transfer.GetAsync;
        try
        {
            var bytes = await Task
                .Factory.StartNew(
                    () => copy(open, command.Source, command.Destination, server.TransferTimeout, BeforeStart, pending.Stop),
                    CancellationToken.None,
                    TaskCreationOptions.None,
                    PoolScheduler
                )
                .Unwrap();
            return new CommandOutcome(CommandStatus.Succeeded) { TransferredBytes = bytes };
        }
        catch (TransferException exception) when (exception.Reason == Reasons.Path && !wasSent)
        {
            return CommandOutcome.Rejected(exception.Reason, exception.Message);
        }
        catch (TransferException exception)
        {
            return new CommandOutcome(CommandStatus.Failed, exception.Reason, exception.Message)
            {
                Stopped = StopOutcome.IsStopped(stopResult),
            };
        }
        catch (OperationCanceledException) when (wasSent && stopResult is { } result)
        {
            return StopOutcome.Cancelled(pending.Cause, result);
        }
    }
}
