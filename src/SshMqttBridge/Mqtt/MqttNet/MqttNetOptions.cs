using System.Buffers;
using System.Net;
using System.Text;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using SshMqttBridge.Configuration;
using Version = MQTTnet.Formatter.MqttProtocolVersion;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>Converts the options of the port to those of MQTTnet.</summary>
internal static class MqttNetOptions
{
    private static readonly MqttClientTcpOptions s_unused = new() { RemoteEndpoint = new DnsEndPoint("localhost", 1883) };

    public static MqttClientOptions Connect(MqttConnectRequest request)
    {
        var (options, will) = (request.Options, request.Will);
        var isV5 = options.ProtocolVersion == MqttProtocolVersion.V5;
        return new()
        {
            ProtocolVersion = isV5 ? Version.V500 : Version.V311,
            ClientId = options.ClientId,
            CleanSession = true,
            // The client's own pings: KeepAliveWatch pings instead.
            KeepAlivePeriod = TimeSpan.Zero,
            // Required by the client, but unused: the BrokerChannel connects by itself.
            ChannelOptions = s_unused,
            // MQTT 3.1.1 has no password without a user name; an empty name is the closest equivalent.
            Credentials =
                options.Username is null && options.Password is null
                    ? null
                    : new MqttClientCredentials(
                        options.Username ?? "",
                        options.Password is { } password ? Encoding.UTF8.GetBytes(password.Reveal()) : null
                    ),
            // As many QoS 2 messages as there are packet ids: the InboundQueue limits their number.
            ReceiveMaximum = isV5 ? ushort.MaxValue : (ushort)0,
            WillTopic = will?.Topic,
            WillPayload = will?.Payload.ToArray(),
            WillRetain = will?.Retain ?? false,
            WillQualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
    }

    public static MqttClientSubscribeOptions Subscribe(string filter, bool isState, bool isV5) =>
        new()
        {
            TopicFilters =
            [
                new()
                {
                    Topic = filter,
                    QualityOfServiceLevel = MqttQualityOfServiceLevel.ExactlyOnce,
                    RetainAsPublished = isV5 && !isState,
                    RetainHandling =
                        isV5 && !isState ? MqttRetainHandling.DoNotSendOnSubscribe : MqttRetainHandling.SendAtSubscribe,
                },
            ],
        };

    public static MqttPublishPacket Publish(MqttPublication publication, ushort packetId, bool isV5) =>
        new()
        {
            PacketIdentifier = packetId,
            Topic = publication.Topic,
            Payload = new ReadOnlySequence<byte>(publication.Payload),
            Retain = publication.Retain,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            CorrelationData = isV5 ? publication.CorrelationData?.ToArray() : null,
            ResponseTopic = isV5 ? publication.ResponseTopic : null,
            MessageExpiryInterval =
                isV5 && publication.Expiry is { } expiry
                    ? (uint)Math.Clamp(Math.Ceiling(expiry.TotalSeconds), 1, uint.MaxValue)
                    : 0,
        };
}
