using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt;

/// <summary>
/// The life of one connection after it has subscribed: three loops, of which one hands on what arrives, one publishes, and one waits for the
/// acknowledgements. They end together.
/// </summary>
/// <param name="retain">False: nothing is published retained, whatever the messages say.</param>
internal sealed partial class MqttSession(
    IMqttConnection connection,
    MqttProtocolVersion version,
    bool retain,
    MqttWorkerSetup setup,
    Outbox outbox,
    MqttRefusals refusals,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>How many messages are handed to the adapter before the first of them is acknowledged.</summary>
    private const int MaximumInFlight = 500;

    /// <summary>How many acknowledgements are waited for at a time: about what one command's end takes.</summary>
    private const int MaximumAcknowledgementBatch = 8;

    /// <summary>How many messages are handed to the adapter at a time.</summary>
    private const int MaximumPublishBatch = 32;

    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan OfflineTimeout = TimeSpan.FromSeconds(0.5);

    private readonly Channel<(OutboxMessage Message, Task Acknowledged)> _underWay = Channel.CreateBounded<(OutboxMessage, Task)>(
        new BoundedChannelOptions(MaximumInFlight)
        {
            SingleReader = true,
            SingleWriter = true,
            AllowSynchronousContinuations = true,
        }
    );

    /// <summary>What the last will says, and the last message of a program that ends in order.</summary>
    public static MqttPublication Offline(MqttWorkerSetup setup) => new(setup.StateTopic, "offline"u8.ToArray(), Retain: true);

    /// <summary>Returns when stopped, with the connection closed.</summary>
    /// <param name="started">Called once, when <c>online</c> is the next thing to be sent.</param>
    /// <exception cref="MqttConnectionException">The connection was lost.</exception>
    public async Task RunAsync(Action started, CancellationToken stop)
    {
        using var end = new CancellationTokenSource();
        outbox.Begin(new MqttPublication(setup.StateTopic, "online"u8.ToArray(), Retain: true), repeat: retain);
        started();
        var publish = PublishAsync(end.Token);
        var completing = CompleteAsync();
        try
        {
            await DeliverAsync(stop);
            await PublishOfflineAsync(completing);
        }
        catch (MqttConnectionException fault)
        {
            await EndAsync();
            RecordDeliveryFailure(fault);
            throw;
        }
        finally
        {
            await EndAsync();
            outbox.PutBack();
        }

        // Disposal completes what is under way, so that both loops come to their end.
        async Task EndAsync()
        {
            await end.CancelAsync();
            await connection.DisposeAsync();
            await Task.WhenAll(publish, completing);
        }
    }

    /// <summary>Returns when stopped, throws when the connection is lost.</summary>
    private async Task DeliverAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var delivery in connection.Deliveries.ReadAllAsync(stop))
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                Deliver(delivery);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }

        throw new MqttConnectionException(MqttFault.Lost, "the connection was closed");
    }

    private void Deliver(MqttDelivery delivery)
    {
        try
        {
            setup.Deliver(delivery);
        }
        catch (Exception e)
        {
            LogDispatchFailed(delivery.Topic, e);
        }
    }

    private async Task PublishAsync(CancellationToken end)
    {
        var together = new List<OutboxMessage>(MaximumPublishBatch);
        var last = Task.CompletedTask;
        try
        {
            while (!end.IsCancellationRequested)
            {
                if (TakeTogether(together))
                {
                    last = await PublishAsync(together, last, end);
                }
                else
                {
                    await outbox.WorkAsync().WaitAsync(end);
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // What was taken goes back into the outbox.
        }
        finally
        {
            _underWay.Writer.Complete();
        }
    }

    /// <summary>Takes what waits, up to as many as may leave together; a suspect by itself, even if it is last of others.</summary>
    private bool TakeTogether(List<OutboxMessage> together)
    {
        together.Clear();
        while (together.Count < MaximumPublishBatch && outbox.TryTake(out var message))
        {
            together.Add(message);
            if (IsSuspectedPoison(message))
            {
                break;
            }
        }

        return together.Count > 0;
    }

    /// <returns>The acknowledgement of the last one.</returns>
    private async Task<Task> PublishAsync(List<OutboxMessage> together, Task last, CancellationToken end)
    {
        if (!IsSuspectedPoison(together[^1]))
        {
            return await SendAsync(together, end);
        }

        var suspect = together[^1];
        together.RemoveAt(together.Count - 1);
        if (together.Count > 0)
        {
            last = await SendAsync(together, end);
        }

        await Quietly(last, end);
        last = await SendAsync([suspect], end);
        await Quietly(last, end);
        return last;
    }

    /// <summary>Only starts it: the messages leave in this order, their acknowledgements come later.</summary>
    private async Task<Task> SendAsync(List<OutboxMessage> together, CancellationToken end)
    {
        var acknowledged = Publish(together);
        for (var i = 0; i < acknowledged.Count; i++)
        {
            await _underWay.Writer.WriteAsync((together[i], acknowledged[i]), end);
        }

        return acknowledged[^1];
    }

    private IReadOnlyList<Task> Publish(List<OutboxMessage> together)
    {
        var publications = new MqttPublication[together.Count];
        for (var i = 0; i < publications.Length; i++)
        {
            var message = together[i];
            if (connection.MaximumPacketBytes is { } most && MqttPacketSize.Of(message.Publication, version) > most)
            {
                TryShrink(message, MqttPacketSize.LargestPayload(message.Publication, version, most));
            }

            message.SentAt = time.GetTimestamp();
            publications[i] = ToSend(message.Publication);
        }

        return connection.Publish(publications);
    }

    private MqttPublication ToSend(MqttPublication publication) =>
        publication.Retain && !retain ? publication with { Retain = false } : publication;

    private async Task CompleteAsync()
    {
        // To the end, also when the connection is lost: the broker may have acknowledged what comes after the first it did not.
        await foreach (var (message, acknowledged) in TogetherAsync())
        {
            try
            {
                await CompleteAsync(message, acknowledged);
            }
            catch (MqttConnectionException)
            {
                // It stays in the outbox and is sent again. What ended the connection is told by the deliveries.
            }
            catch (Exception e)
            {
                LogCallbackFailed(message.Publication.Topic, e);
            }
        }
    }

    /// <summary>What is under way, in order, each time up to the last one that is: the acknowledgements of a few messages need not wake anybody one by one.</summary>
    private async IAsyncEnumerable<(OutboxMessage Message, Task Acknowledged)> TogetherAsync()
    {
        var together = new List<(OutboxMessage, Task Acknowledged)>(MaximumAcknowledgementBatch);
        while (await _underWay.Reader.WaitToReadAsync())
        {
            while (together.Count < MaximumAcknowledgementBatch && _underWay.Reader.TryRead(out var one))
            {
                together.Add(one);
            }

            // Whoever wrote it into the channel is not to be kept with what comes now.
            await together[^1]
                .Acknowledged.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            foreach (var one in together)
            {
                yield return one;
            }

            together.Clear();
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
            catch (MqttRefusedException e)
                when (e.ReasonCode == MqttReason.PacketTooLarge && TryShrink(message, message.Publication.Payload.Length / 2))
            {
                // A limit that the broker does not tell is found by halving. What was posted later may be published before it.
                acknowledged = Publish([message])[0];
            }
            catch (MqttRefusedException e)
            {
                outbox.Complete(message, acknowledged: false);
                refusals.Report(message.Publication.Topic, e.ReasonCode, e.Message);
                return;
            }
        }
    }

    private bool TryShrink(OutboxMessage message, int maximumPayloadBytes)
    {
        try
        {
            return message.TryShrink(maximumPayloadBytes);
        }
        catch (Exception e)
        {
            LogShrinkFailed(message.Publication.Topic, e);
            return false;
        }
    }

    private async Task PublishOfflineAsync(Task completing)
    {
        using var flush = new CancellationTokenSource(FlushTimeout, time);
        // The loop that settles goes on until the connection is disposed; it ends before only if it failed.
        await Quietly(Task.WhenAny(outbox.IdleAsync(), completing), flush.Token);
        if (outbox.Count is > 0 and var count)
        {
            LogNotFlushed(count);
        }

        using var goodbye = new CancellationTokenSource(OfflineTimeout, time);
        await Quietly(connection.PublishAsync(ToSend(Offline(setup)), goodbye.Token), goodbye.Token);
    }

    /// <summary>Waits, but not to see how it ends: that is another's.</summary>
    private static async Task Quietly(Task task, CancellationToken limit) =>
        await task.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
