using System.Threading.Channels;
using SshMqttBridge.Common;

namespace SshMqttBridge.Mqtt;

/// <summary>Takes messages from the outbox and sends them, several at a time. A suspected poison message is sent alone.</summary>
/// <param name="outbox">The messages.</param>
/// <param name="sender">Sends them.</param>
/// <param name="mayPublish">See <see cref="MqttWorkerSetup.MayPublish"/>.</param>
/// <param name="inFlight">Receives what has been sent, in order; completed at the end of the loop.</param>
internal sealed class PublishLoop(
    Outbox outbox,
    MessageSender sender,
    Func<bool> mayPublish,
    ChannelWriter<InFlightMessage> inFlight
)
{
    /// <summary>The maximum number of messages given to the adapter at a time.</summary>
    private const int MaximumBatch = 32;

    /// <summary>
    /// Runs until cancelled. Messages that have been taken go back to the outbox afterwards (<see cref="Outbox.PutBack"/>).
    /// </summary>
    public async Task RunAsync(CancellationToken end)
    {
        var batch = new List<OutboxMessage>(MaximumBatch);
        var last = Task.CompletedTask;
        try
        {
            while (!end.IsCancellationRequested)
            {
                if (TakeBatch(batch))
                {
                    last = await PublishAsync(batch, last, end);
                }
                else
                {
                    await outbox.WorkAsync().WaitAsync(end);
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The connection ends.
        }
        finally
        {
            inFlight.Complete();
        }
    }

    /// <summary>Takes the waiting messages, up to the maximum or to the first suspect.</summary>
    private bool TakeBatch(List<OutboxMessage> batch)
    {
        batch.Clear();
        while (batch.Count < MaximumBatch && outbox.TryTake(out var message))
        {
            batch.Add(message);
            if (PoisonMessages.IsSuspect(message))
            {
                break;
            }
        }

        return batch.Count > 0;
    }

    /// <returns>The acknowledgement of the last message.</returns>
    private async Task<Task> PublishAsync(List<OutboxMessage> batch, Task last, CancellationToken end)
    {
        if (!PoisonMessages.IsSuspect(batch[^1]))
        {
            return await SendAsync(batch, end);
        }

        var suspect = batch[^1];
        batch.RemoveAt(batch.Count - 1);
        if (batch.Count > 0)
        {
            last = await SendAsync(batch, end);
        }

        // The outcome is handled by the acknowledgement loop.
        await last.WhenEndedOrCancelled(end);
        last = await SendAsync([suspect], end);
        await last.WhenEndedOrCancelled(end);
        return last;
    }

    /// <summary>Starts sending: the messages leave in this order, their acknowledgements arrive later.</summary>
    private async Task<Task> SendAsync(List<OutboxMessage> batch, CancellationToken end)
    {
        if (!mayPublish())
        {
            await Task.Delay(Timeout.Infinite, end);
        }

        var acknowledged = sender.Publish(batch);
        for (var i = 0; i < acknowledged.Count; i++)
        {
            await inFlight.WriteAsync(new InFlightMessage(batch[i], acknowledged[i]), end);
        }

        return acknowledged[^1];
    }
}
