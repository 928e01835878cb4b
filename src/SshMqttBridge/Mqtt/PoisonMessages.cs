namespace SshMqttBridge.Mqtt;

/// <summary>
/// Detects poison messages: some brokers answer a message that they do not accept by closing the connection, since MQTT 3.1.1
/// has no other way. Repeated on each new connection, such a message would make each of them fail. A message after which
/// connections end repeatedly is therefore sent alone, to be certain, and then counts as refused.
/// </summary>
internal sealed class PoisonMessages(Outbox outbox, MqttRefusals refusals, MessageShrinker shrinker, TimeProvider time)
{
    private const int SuspectThreshold = 2;
    private const int PoisonThreshold = 4;

    /// <summary>A connection that ends later than this after the message has another cause.</summary>
    private static readonly TimeSpan ResponseTime = TimeSpan.FromSeconds(5);

    /// <summary>Whether to send the message alone.</summary>
    public static bool IsSuspect(OutboxMessage message) => message.DeliveryFailures >= SuspectThreshold;

    /// <summary>Counts a lost connection against the message that may have caused it.</summary>
    /// <returns>Whether there is such a message.</returns>
    public bool OnConnectionLost(MqttConnectionException exception)
    {
        // The broker processes messages in order, so the cause is the first one without a response. If only its response was
        // lost, it is another one next time.
        if (
            exception.Fault != MqttFault.Lost
            || outbox.FirstSent is not { } message
            || time.GetElapsedTime(message.SentAt) > ResponseTime
        )
        {
            return false;
        }

        if (++message.DeliveryFailures < PoisonThreshold)
        {
            return true;
        }

        if (shrinker.TryHalve(message))
        {
            message.DeliveryFailures = SuspectThreshold;
            return true;
        }

        var topic = message.Publication.Topic;
        outbox.Complete(message, acknowledged: false);
        refusals.Report(
            topic,
            MqttReason.Unspecified,
            $"{topic}: the broker closed the connection each time it received this message "
                + $"of {message.Publication.Payload.Length} bytes"
        );
        return true;
    }
}
