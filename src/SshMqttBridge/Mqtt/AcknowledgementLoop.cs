using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace SshMqttBridge.Mqtt;

/// <summary>Waits for the acknowledgements of the messages in flight and completes them in the outbox.</summary>
internal sealed partial class AcknowledgementLoop(
    ChannelReader<InFlightMessage> inFlight,
    Outbox outbox,
    MessageSender sender,
    MessageShrinker shrinker,
    MqttRefusals refusals,
    ILogger logger
)
{
    /// <summary>The maximum number of acknowledgements awaited at a time: about as many as one command needs at its end.</summary>
    private const int MaximumBatch = 8;

    /// <summary>
    /// Runs until the last message in flight has an outcome, also when the connection is lost: the broker may have acknowledged
    /// some of the last ones.
    /// </summary>
    public async Task RunAsync()
    {
        await foreach (var (message, acknowledged) in BatchesAsync())
        {
            try
            {
                await CompleteAsync(message, acknowledged);
            }
            catch (MqttConnectionException)
            {
                // The message stays in the outbox and is sent again. The delivery loop reports why the connection has ended.
            }
            catch (Exception exception)
            {
                LogCallbackFailed(message.Publication.Topic, exception);
            }
        }
    }

    /// <summary>
    /// The messages in flight, in order. Awaits the last one of each batch only: acknowledgements need not wake this loop one
    /// by one.
    /// </summary>
    private async IAsyncEnumerable<InFlightMessage> BatchesAsync()
    {
        var batch = new List<InFlightMessage>(MaximumBatch);
        while (await inFlight.WaitToReadAsync())
        {
            while (batch.Count < MaximumBatch && inFlight.TryRead(out var one))
            {
                batch.Add(one);
            }

            // Yields, so that the callbacks do not run on the thread that wrote into the channel.
            await batch[^1]
                .Acknowledged.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            foreach (var one in batch)
            {
                yield return one;
            }

            batch.Clear();
        }
    }

    private async Task CompleteAsync(OutboxMessage message, Task acknowledged)
    {
        while (true)
        {
            try
            {
                await acknowledged;
                outbox.Complete(message, acknowledged: true);
                return;
            }
            catch (MqttRefusedException exception)
                when (exception.ReasonCode == MqttReason.PacketTooLarge && shrinker.TryHalve(message))
            {
                // Halving finds a limit that the broker does not announce. Messages posted later may be published before this
                // one.
                acknowledged = sender.Publish([message])[0];
            }
            catch (MqttRefusedException exception)
            {
                outbox.Complete(message, acknowledged: false);
                refusals.Report(message.Publication.Topic, exception.ReasonCode, exception.Message);
                return;
            }
        }
    }

    [LoggerMessage(1021, LogLevel.Error, "Post-publish callback for {Topic} failed")]
    private partial void LogCallbackFailed(string topic, Exception exception);
}
