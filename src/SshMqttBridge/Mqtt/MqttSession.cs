using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt;

/// <summary>
/// One connection from the end of its subscriptions to its loss or stop: three loops that deliver messages, publish, and
/// process acknowledgements. They end together.
/// </summary>
/// <param name="connection">The connection; disposed of at the end.</param>
/// <param name="version">Its protocol version.</param>
/// <param name="retain">False: nothing is published retained, whatever the messages ask for.</param>
/// <param name="openedAt">The timestamp of its start.</param>
/// <param name="setup">The bridge's topics, and the receiver of messages.</param>
/// <param name="outbox">The messages to publish.</param>
/// <param name="refusals">Reports messages that the broker refuses.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs failures.</param>
internal sealed partial class MqttSession(
    IMqttConnection connection,
    MqttProtocolVersion version,
    bool retain,
    long openedAt,
    MqttWorkerSetup setup,
    Outbox outbox,
    MqttRefusals refusals,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>The maximum number of messages given to the adapter before the first of them is acknowledged.</summary>
    private const int MaximumInFlight = 500;

    /// <summary>More than the retained messages of the subscriptions.</summary>
    private const int MaximumRetained = 10_000;

    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OfflineTimeout = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// After an interruption, how long to read what the broker sent meanwhile. It usually has closed the connection after that.
    /// </summary>
    private static readonly TimeSpan LastReadTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The last will, and the last message of a bridge that shuts down.</summary>
    public static MqttPublication Offline(MqttWorkerSetup setup) => new(setup.StateTopic, "offline"u8.ToArray(), Retain: true);

    /// <summary>Returns when stopped, with the connection closed.</summary>
    /// <param name="started">Called once, when <c>online</c> is the next message to be sent.</param>
    /// <param name="stop">Ends the session: no more messages are delivered, waiting ones are published, then
    /// <c>offline</c>.</param>
    /// <param name="abort">With <paramref name="stop"/>: nothing more is published.</param>
    /// <exception cref="MqttConnectionException">The connection was lost.</exception>
    public async Task RunAsync(Action started, CancellationToken stop, CancellationToken abort)
    {
        using CancellationTokenSource end = new();
        var inFlight = Channel.CreateBounded<InFlightMessage>(
            new BoundedChannelOptions(MaximumInFlight)
            {
                SingleReader = true,
                SingleWriter = true,
                AllowSynchronousContinuations = true,
            }
        );
        MessageShrinker shrinker = new(logger);
        MessageSender sender = new(connection, version, retain, shrinker, time);
        PoisonMessages poison = new(outbox, refusals, shrinker, time);
        // Retained messages arrive before the responses to later subscriptions. Others may keep arriving.
        for (var left = MaximumRetained; left > 0 && connection.Deliveries.TryRead(out var waiting); left--)
        {
            Deliver(waiting);
        }

        outbox.Begin(new MqttPublication(setup.StateTopic, "online"u8.ToArray(), Retain: true), repeat: retain);
        started();
        var publishing = new PublishLoop(outbox, sender, setup.MayPublish, inFlight.Writer).RunAsync(end.Token);
        var completing = new AcknowledgementLoop(inFlight.Reader, outbox, sender, shrinker, refusals, logger).RunAsync();
        try
        {
            await DeliverAsync(stop);
            if (!abort.IsCancellationRequested)
            {
                await PublishOfflineAsync(sender, completing);
            }
        }
        catch (MqttConnectionException exception)
        {
            await EndAsync();
            if (!poison.OnConnectionLost(exception))
            {
                throw;
            }

            throw new MqttConnectionException(exception.Fault, exception.Message, exception.ReasonCode, exception)
            {
                MayBeCausedByMessage = true,
            };
        }
        finally
        {
            await EndAsync();
            outbox.PutBack();
        }

        // Disposing of the connection completes the messages in flight, so that both loops end.
        async Task EndAsync()
        {
            await end.CancelAsync();
            await connection.DisposeAsync();
            await Task.WhenAll(publishing, completing);
        }
    }

    /// <summary>Returns when stopped, throws when the connection is lost.</summary>
    private async Task DeliverAsync(CancellationToken stop)
    {
        using CancellationTokenSource interrupted = new(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, interrupted.Token);
        void OnInterrupted(TimeSpan silence) => EndSoon(interrupted);
        setup.Interruptions.Subscribe(OnInterrupted);
        try
        {
            await foreach (var delivery in connection.Deliveries.ReadAllAsync(either.Token))
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
        catch (OperationCanceledException)
        {
            throw new MqttConnectionException(
                MqttFault.Interrupted,
                $"{connection.Broker}: the bridge did not run for longer than the keep-alive allows"
            );
        }
        finally
        {
            setup.Interruptions.Unsubscribe(OnInterrupted);
        }

        throw new MqttConnectionException(MqttFault.Lost, "the connection was closed");
    }

    private static void EndSoon(CancellationTokenSource interrupted)
    {
        try
        {
            interrupted.CancelAfter(LastReadTimeout);
        }
        catch (ObjectDisposedException)
        {
            // The connection has just ended.
        }
    }

    private void Deliver(MqttDelivery delivery)
    {
        try
        {
            setup.Deliver(setup.Interruptions.HasBeenInterruptedSince(openedAt) ? delivery with { IsStale = true } : delivery);
        }
        catch (Exception exception)
        {
            LogDispatchFailed(delivery.Topic, exception);
        }
    }

    private async Task PublishOfflineAsync(MessageSender sender, Task completing)
    {
        using CancellationTokenSource flush = new(FlushTimeout, time);
        // The acknowledgement loop runs until the connection is disposed of; it ends sooner only if it has failed.
        await Task.WhenAny(outbox.IdleAsync(), completing).WhenEndedOrCancelled(flush.Token);
        if (outbox.Count is > 0 and var count)
        {
            LogNotFlushed(count);
        }

        using CancellationTokenSource offline = new(OfflineTimeout, time);
        await connection.PublishAsync(sender.Adapt(Offline(setup)), offline.Token).WhenEndedOrCancelled(offline.Token);
    }

    [LoggerMessage(1020, LogLevel.Error, "Could not dispatch the message on {Topic}")]
    private partial void LogDispatchFailed(string topic, Exception exception);

    [LoggerMessage(1023, LogLevel.Warning, "Stopped with {Count} messages that the broker did not acknowledge in time")]
    private partial void LogNotFlushed(int count);
}
