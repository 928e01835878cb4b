namespace SshMqttBridge.Mqtt;

/// <summary>
/// Some brokers answer a message they do not want by closing the connection: MQTT 3.1.1 has no other way. Sent again on each new connection
/// it would keep the bridge from the broker for ever. So a message after which connections end becomes a suspect, is sent alone to make
/// sure, and is then given up as refused.
/// </summary>
internal sealed partial class MqttSession
{
    private const int SuspectThreshold = 2;
    private const int PoisonThreshold = 4;

    /// <summary>A connection that ends later than this after the message has other reasons.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    private static bool IsSuspectedPoison(OutboxMessage message) => message.DeliveryFailures >= SuspectThreshold;

    private void RecordDeliveryFailure(MqttConnectionException fault)
    {
        // The broker takes messages in order, so it is the first without an answer, or one whose answer got lost; then it is another next time.
        if (
            fault.Fault != MqttFault.Lost
            || outbox.FirstSent is not { } message
            || time.GetElapsedTime(message.SentAt) > AnswerTime
        )
        {
            return;
        }

        if (++message.DeliveryFailures < PoisonThreshold)
        {
            return;
        }

        if (TryShrink(message, message.Publication.Payload.Length / 2))
        {
            message.DeliveryFailures = SuspectThreshold;
            return;
        }

        var topic = message.Publication.Topic;
        outbox.Complete(message, acknowledged: false);
        refusals.Report(
            topic,
            MqttReason.Unspecified,
            $"{topic}: the broker closed the connection each time it got this message of {message.Publication.Payload.Length} bytes"
        );
    }
}
