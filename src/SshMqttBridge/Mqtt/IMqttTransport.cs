using System.Threading.Channels;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt;

/// <summary>
/// PORT: opens connections to a broker. An adapter keeps nothing between connections and never reconnects by itself.
/// </summary>
internal interface IMqttTransport
{
    /// <summary>
    /// Connects with a clean start and without a persistent session, and returns after the broker's CONNACK. Tries each address
    /// of each broker in turn, until one accepts the connection.
    /// </summary>
    /// <exception cref="MqttConnectionException">None of them is reachable, accepts the login and has a trusted certificate.
    /// The message names the failure of each.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing stays open.</exception>
    Task<IMqttConnection> ConnectAsync(MqttConnectRequest request, CancellationToken cancellationToken);
}

/// <summary>
/// One connection to a broker, from CONNACK until it fails or is disposed. All members may be called from any thread.
/// </summary>
internal interface IMqttConnection : IAsyncDisposable
{
    /// <summary>The one of <see cref="MqttOptions.Brokers"/> that accepted the connection.</summary>
    BrokerAddress Broker { get; }

    /// <summary>
    /// False: the broker has announced that it does not support retained messages (MQTT 5 §3.2.2.3.5); it closes the connection
    /// when it receives one.
    /// </summary>
    bool RetainAvailable { get; }

    /// <summary>The largest packet that the broker accepts (MQTT 5 §3.2.2.3.6), in bytes; null: no limit known.</summary>
    long? MaximumPacketBytes { get; }

    /// <summary>
    /// The received messages, in order. The adapter bounds their number: while the channel is full, it does not read the socket
    /// and therefore receives no acknowledgements either. So the reader must never wait for <see cref="PublishAsync"/> or
    /// <see cref="SubscribeAsync"/>.
    /// Completes with the <see cref="MqttConnectionException"/> that ended the connection, or normally after disposal.
    /// </summary>
    ChannelReader<MqttDelivery> Deliveries { get; }

    /// <summary>
    /// Subscribes at QoS 2; on MQTT 5 without the broker's retained messages and with the retain flag kept as published
    /// (§3.8.3.1).
    /// </summary>
    /// <exception cref="MqttRefusedException">The broker refused the filter.</exception>
    /// <exception cref="MqttConnectionException">The connection failed before the response.</exception>
    Task SubscribeAsync(string filter, CancellationToken cancellationToken);

    /// <summary>
    /// Like <see cref="SubscribeAsync"/>, and the broker also sends its retained messages, which then have the retain flag; others
    /// do not.
    /// </summary>
    /// <inheritdoc cref="SubscribeAsync" path="/exception"/>
    Task SubscribeToStateAsync(string topic, CancellationToken cancellationToken);

    /// <summary>
    /// Publishes at QoS 1, if possible all in one network packet. The order of calls is the order on the wire. Does not
    /// wait and does not throw. Any number may be in flight.
    /// </summary>
    /// <param name="together">Their memory must not change before their tasks have completed.</param>
    /// <returns>
    /// A task for each message, which completes with the broker's PUBACK, on a thread that may wait. It faults with
    /// <see cref="MqttRefusedException"/> if the broker refused the message (MQTT 5) or it is larger than
    /// <see cref="MaximumPacketBytes"/>, and with <see cref="MqttConnectionException"/> if the connection failed before the
    /// response: the broker may or may not have received it.
    /// </returns>
    IReadOnlyList<Task> Publish(IReadOnlyList<MqttPublication> together);

    /// <summary>
    /// Sends DISCONNECT (so that the last will is not published) if still connected, and frees everything. Does not throw.
    /// </summary>
    new ValueTask DisposeAsync();

    /// <summary>Publishes one message, and waits for the acknowledgement: see <see cref="Publish"/>.</summary>
    /// <param name="publication">Its memory must not change before the task has completed.</param>
    /// <param name="cancellationToken">Ends the wait; the message may have been sent nevertheless.</param>
    sealed Task PublishAsync(MqttPublication publication, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? Task.FromCanceled(cancellationToken)
            : Publish([publication])[0].WaitAsync(cancellationToken);
}
