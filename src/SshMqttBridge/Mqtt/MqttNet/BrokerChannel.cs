using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MqttProtocolVersion = SshMqttBridge.Configuration.MqttProtocolVersion;
using WireVersion = MQTTnet.Formatter.MqttProtocolVersion;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>
/// The channel adapter between MQTTnet's client and the network. Unlike the library's own, it reads no more than the
/// <see cref="InboundQueue"/> accepts, drops payloads that are too large, sends related packets in one write, and records when
/// the broker last sent something (docs/adr/0017). It queues and acknowledges messages, and completes publishes with their
/// acknowledgements; the client processes all other packets. One per connection.
/// </summary>
internal sealed class BrokerChannel : IMqttChannelAdapter, IMqttClientAdapterFactory
{
    private static readonly TimeSpan OfflineTimeout = TimeSpan.FromSeconds(0.5);

    // Packet ids have 16 bits, so a broker that waits for acknowledgements has no more messages in flight. As many again for the
    // bridge's own packets.
    private const int MostWaitingPackets = 2 * ushort.MaxValue;

    private readonly BrokerDialer _dialer;
    private readonly InboundQueue _inbound;
    private readonly PacketReader _reader;
    private readonly MqttConnectRequest _request;
    private readonly Action<Exception?> _failed;
    private readonly Action<IReadOnlyList<MqttPubAckPacket>> _acknowledged;
    private readonly SemaphoreSlim _room = new(0);
    private volatile PacketWriter? _writer;
    private BrokerLink? _link;
    private readonly List<MqttPubAckPacket> _acknowledgements = [];
    private long _lastReceived = Stopwatch.GetTimestamp();
    private long _lastSent = Stopwatch.GetTimestamp();
    private volatile bool _isPaused;
    private volatile bool _saysGoodbye;
    private volatile bool _isClosed;

    /// <param name="acknowledged">Called with the received PUBACKs, when all received packets have been processed. Packets that
    /// it sends leave together.</param>
    /// <param name="failed">Called at least once, when nothing more can be read or sent; null: the broker closed the
    /// connection.</param>
    public BrokerChannel(
        BrokerDialer dialer,
        MqttConnectRequest request,
        Action<IReadOnlyList<MqttPubAckPacket>> acknowledged,
        Action<Exception?> failed
    )
    {
        _acknowledged = acknowledged;
        _dialer = dialer;
        _request = request;
        _failed = failed;
        _inbound = new InboundQueue(() => _room.Release());
        _reader = new PacketReader(IsV5, request.MaximumPayloadBytes);
        PacketFormatterAdapter = NewFormatter();
    }

    public InboundQueue Inbound => _inbound;

    /// <summary>The time since the broker last sent something. Zero while the socket is not read.</summary>
    public TimeSpan Silence => _isPaused ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastReceived));

    /// <summary>The time since something was last sent.</summary>
    public TimeSpan Idle => Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastSent));

    /// <summary>Whether the broker has answered the CONNECT.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>The keep-alive that the broker demands (MQTT 5 §3.2.2.3.14); null: it accepts the requested one.</summary>
    public TimeSpan? DemandedKeepAlive { get; private set; }

    public MqttPacketFormatterAdapter PacketFormatterAdapter { get; }

    long IMqttChannelAdapter.BytesReceived => 0;
    long IMqttChannelAdapter.BytesSent => 0;
    X509Certificate2? IMqttChannelAdapter.ClientCertificate => null;
    EndPoint? IMqttChannelAdapter.RemoteEndPoint => null;
    EndPoint? IMqttChannelAdapter.LocalEndPoint => null;
    bool IMqttChannelAdapter.IsSecureConnection => _request.Options.Tls is not null;

    private bool IsV5 => _request.Options.ProtocolVersion == MqttProtocolVersion.V5;

    IMqttChannelAdapter IMqttClientAdapterFactory.CreateClientAdapter(
        MqttClientOptions options,
        MqttPacketInspector packetInspector,
        IMqttNetLogger logger
    ) => this;

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _link = await _dialer.DialAsync(cancellationToken);
        // The reader has a separate decoder, so that the two need no common lock.
        _writer = new PacketWriter(_link, NewFormatter(), _failed);
        Interlocked.Exchange(ref _lastReceived, Stopwatch.GetTimestamp());
    }

    /// <summary>Called by the client, one call at a time.</summary>
    /// <returns>Null: the connection has ended.</returns>
    public async Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                bool isFull;
                while (!(isFull = _inbound.IsFull) && _reader.TryRead(out var received))
                {
                    if (Take(received) is { } packet)
                    {
                        return packet;
                    }
                }

                // Only now: readers of these messages resume here, and the acknowledgements leave together with the packets
                // that they send.
                _inbound.Release();
                TellAcknowledgements();
                Flush();
                if (_writer!.Waiting > MostWaitingPackets)
                {
                    throw new MqttProtocolViolationException("The broker does not read the acknowledgements of its messages.");
                }

                await WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
                if (isFull)
                {
                    continue;
                }

                var count = await _link!.ReadAsync(_reader.Free, cancellationToken).ConfigureAwait(false);
                Interlocked.Exchange(ref _lastReceived, Stopwatch.GetTimestamp());
                if (count == 0)
                {
                    _failed(null);
                    return null;
                }

                _reader.Advance(count);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            _failed(e);
            return null;
        }
    }

    /// <summary>Sends without waiting.</summary>
    public Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        if (packet is MqttConnectPacket connect)
        {
            // The client would ping only when nothing is sent, and wake up four times a second. KeepAliveWatch pings
            // instead.
            connect.KeepAlivePeriod = (ushort)
                Math.Clamp(Math.Ceiling(_request.Options.KeepAlive.TotalSeconds), 1, ushort.MaxValue);
        }

        _saysGoodbye |= packet is MqttDisconnectPacket;
        Add(packet);
        Flush();
        return Task.CompletedTask;
    }

    /// <summary>Adds a message that the next <see cref="Flush"/> sends, so that several leave together. Any thread.</summary>
    public void Publish(MqttPublishPacket message) => Add(message);

    /// <summary>Sends the added messages.</summary>
    public void Flush() => _writer?.Flush();

    public void Ping()
    {
        Add(MqttPingReqPacket.Instance);
        Flush();
    }

    /// <summary>
    /// Closes the connection. After a DISCONNECT, first waits at most half a second for the sent data to arrive.
    /// </summary>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        if (_saysGoodbye && !_isClosed && _link is { } link && _writer is { } writer)
        {
            using var limit = new CancellationTokenSource(OfflineTimeout);
            try
            {
                await writer.FlushAsync().WaitAsync(limit.Token);
                await link.CloseAsync(limit.Token);
            }
            catch (Exception)
            {
                // The broker no longer reads; it detects the loss itself.
            }
        }

        Dispose();
    }

    /// <summary>Closes at once; pending reads and writes fail.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _link?.Dispose();
        // A read that waits for room must fail as well, so that the client ends.
        _room.Release();
    }

    void IMqttChannelAdapter.ResetStatistics() { }

    /// <returns>The packet for the client, or null.</returns>
    private MqttPacket? Take(ReceivedPacket received)
    {
        if (IsV5 && IsAnswerOfOldBroker(received.Packet))
        {
            throw new OldBrokerException(received.Packet.Body[1]);
        }

        var packet =
            PacketFormatterAdapter.Decode(received.Packet) ?? throw new MqttProtocolViolationException("A malformed packet.");
        switch (packet)
        {
            case MqttPublishPacket publish:
                Take(publish, received.SkippedBytes);
                return null;
            case MqttDisconnectPacket disconnect:
                throw new MqttClientUnexpectedDisconnectReceivedException(disconnect);
            case MqttAuthPacket:
                // The client would fail with a NullReferenceException, or close the connection as if the broker had.
                throw new MqttProtocolViolationException("An AUTH packet, although the CONNECT names no authentication method.");
            case MqttPubAckPacket acknowledgement:
                _acknowledgements.Add(acknowledgement);
                return null;
            case MqttConnAckPacket answer:
                Take(answer);
                return answer;
            default:
                return packet;
        }
    }

    private void Take(MqttConnAckPacket answer)
    {
        HasAnswered = true;
        if (answer.ServerKeepAlive > 0)
        {
            DemandedKeepAlive = TimeSpan.FromSeconds(answer.ServerKeepAlive);
            // The client would start pings of its own, and give up at once: it waits for the answer for half of its keep-alive
            // period, which is zero.
            answer.ServerKeepAlive = 0;
        }
    }

    private void Take(MqttPublishPacket publish, int? skippedBytes)
    {
        if (publish.QualityOfServiceLevel > MqttQualityOfServiceLevel.ExactlyOnce)
        {
            throw new MqttProtocolViolationException("A PUBLISH with QoS 3.");
        }

        if (publish.TopicAlias != 0)
        {
            // MQTT 5 §3.3.2.3.4: the CONNECT allows none.
            throw new MqttProtocolViolationException("A PUBLISH with a topic alias.");
        }

        var size = skippedBytes ?? publish.Payload.Length;
        _inbound.Add(
            new MqttDelivery(publish.Topic, size <= _request.MaximumPayloadBytes ? publish.Payload.First : default)
            {
                PayloadBytes = size,
                Retain = publish.Retain,
                ResponseTopic = publish.ResponseTopic,
                CorrelationData = publish.CorrelationData is { } data ? data : default(ReadOnlyMemory<byte>?),
                Expiry = publish.MessageExpiryInterval > 0 ? TimeSpan.FromSeconds(publish.MessageExpiryInterval) : null,
            }
        );
        switch (publish.QualityOfServiceLevel)
        {
            case MqttQualityOfServiceLevel.AtLeastOnce:
                Add(new MqttPubAckPacket { PacketIdentifier = publish.PacketIdentifier });
                break;
            case MqttQualityOfServiceLevel.ExactlyOnce:
                // The client answers the PUBREL that follows.
                Add(new MqttPubRecPacket { PacketIdentifier = publish.PacketIdentifier });
                break;
        }
    }

    private void TellAcknowledgements()
    {
        if (_acknowledgements.Count > 0)
        {
            _acknowledged(_acknowledgements);
            _acknowledgements.Clear();
        }
    }

    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        if (!_inbound.Pause())
        {
            return;
        }

        _isPaused = true;
        try
        {
            await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Exchange(ref _lastReceived, Stopwatch.GetTimestamp());
            _isPaused = false;
        }
    }

    private void Add(MqttPacket packet)
    {
        Interlocked.Exchange(ref _lastSent, Stopwatch.GetTimestamp());
        _writer?.Add(packet);
    }

    /// <summary>A CONNACK of MQTT 5 has a third byte, the length of its properties, and other codes.</summary>
    private static bool IsAnswerOfOldBroker(ReceivedMqttPacket packet) =>
        packet.FixedHeader >> 4 == (int)MqttControlPacketType.ConnAck
        && packet.Body.Count == 2
        && packet.Body[1] is >= 1 and <= 5;

    private MqttPacketFormatterAdapter NewFormatter() =>
        new(IsV5 ? WireVersion.V500 : WireVersion.V311, new MqttBufferWriter(4 << 10, 64 << 10));
}
