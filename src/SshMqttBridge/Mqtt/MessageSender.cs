using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt;

/// <summary>Passes messages of the outbox to the connection, with the payloads and flags that the broker supports.</summary>
/// <param name="connection">The connection.</param>
/// <param name="version">Its protocol version.</param>
/// <param name="retain">False: nothing is published retained, whatever the messages ask for.</param>
/// <param name="shrinker">Makes messages smaller.</param>
/// <param name="time">The clock.</param>
internal sealed class MessageSender(
    IMqttConnection connection,
    MqttProtocolVersion version,
    bool retain,
    MessageShrinker shrinker,
    TimeProvider time
)
{
    /// <summary>Starts publishing, in this order.</summary>
    /// <returns>The acknowledgement of each.</returns>
    public IReadOnlyList<Task> Publish(IReadOnlyList<OutboxMessage> messages)
    {
        var publications = new MqttPublication[messages.Count];
        for (var i = 0; i < publications.Length; i++)
        {
            var message = messages[i];
            if (connection.MaximumPacketBytes is { } maximum && MqttPacketSize.Of(message.Publication, version) > maximum)
            {
                shrinker.TryShrink(message, MqttPacketSize.LargestPayload(message.Publication, version, maximum));
            }

            message.SentAt = time.GetTimestamp();
            publications[i] = Adapt(message.Publication);
        }

        return connection.Publish(publications);
    }

    /// <summary>The publication without the retain flag, if the broker does not support it.</summary>
    public MqttPublication Adapt(MqttPublication publication) =>
        publication.Retain && !retain ? publication with { Retain = false } : publication;
}
