using System.Net.Sockets;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>Converts exceptions of MQTTnet and the network to those of the port; the only place that does.</summary>
internal sealed class MqttNetFaults(MqttOptions options, BrokerAddress broker)
{
    private bool IsV5 => options.ProtocolVersion == MqttProtocolVersion.V5;

    public MqttConnectionException ClosedHere { get; } = new(MqttFault.Lost, "the connection was closed here");

    /// <summary>The broker refused a CONNECT.</summary>
    /// <param name="reason">A reason code of MQTT 5, to which MQTTnet converts the return codes of 3.1.1.</param>
    /// <param name="reasonString">The reason string of the broker, or null.</param>
    public MqttConnectionException Refused(int reason, string? reasonString) =>
        RefusedWith(IsV5 ? reason : ReturnCode(reason), reasonString);

    public MqttConnectionException Silent() => new(MqttFault.Lost, $"{broker}: the broker did not answer in the keep-alive time");

    /// <param name="e">What ended the connection; null: the broker closed it.</param>
    public MqttConnectionException Lost(Exception? e) =>
        e switch
        {
            MqttConnectionException known => known,
            MqttClientUnexpectedDisconnectReceivedException disconnect => Disconnected(
                (int)(disconnect.ReasonCode ?? MqttDisconnectReasonCode.NormalDisconnection),
                disconnect.ReasonString
            ),
            _ => new(MqttFault.Lost, $"{broker}: {Words(e)}", inner: e),
        };

    /// <param name="e">The failure after the network connection and before the CONNACK; null: the broker closed the
    /// connection.</param>
    public MqttConnectionException NotConnected(Exception? e) =>
        e switch
        {
            MqttConnectionException known => known,
            OldBrokerException { ReturnCode: not 1 } old => RefusedWith(old.ReturnCode, null),
            OldBrokerException => RefusedWith(132, null),
            _ => new(MqttFault.Unreachable, $"{broker}: {Words(e)}{Hint(e)}", inner: e),
        };

    private MqttConnectionException RefusedWith(int reason, string? reasonString) =>
        new(
            MqttReason.IsAboutLogin(reason) ? MqttFault.LoginRefused : MqttFault.Unreachable,
            $"{broker} refused the connection: {MqttReason.Describe(reason, reasonString)}",
            reason
        );

    private MqttConnectionException Disconnected(int reason, string? reasonString) =>
        reason == MqttReason.SessionTakenOver
            ? new(MqttFault.TakenOver, $"{broker}: another client uses the client id '{options.ClientId}'", reason)
            : new(MqttFault.Lost, $"{broker} closed the connection: {MqttReason.Describe(reason, reasonString)}", reason);

    private string Words(Exception? e)
    {
        if (e is not null && options.Tls is { } tls && TlsHandshake.DescribeAlert(e, tls) is { } alert)
        {
            return alert;
        }

        return Root(e) switch
        {
            SocketException { SocketErrorCode: not (SocketError.OperationAborted or SocketError.Interrupted) } socket =>
                socket.Message,
            MqttProtocolViolationException or IndexOutOfRangeException or ArgumentException =>
                "the peer violated the MQTT protocol, or is not an MQTT broker",
            null or SocketException or MqttCommunicationException or ObjectDisposedException or EndOfStreamException =>
                "the broker closed the connection",
            var other => other.Message,
        };
    }

    /// <summary>A hint for a peer that closed the connection, or sent something else, before it answered the CONNECT.</summary>
    private string Hint(Exception? e)
    {
        if (e is not null && options.Tls is { } settings && TlsHandshake.DescribeAlert(e, settings) is not null)
        {
            return "";
        }

        var port = options.Tls switch
        {
            null => "is this an MQTT broker's port, and one without TLS?",
            { CertificateFile: null } => "is this a port with TLS, and does it require a client certificate?",
            _ => "is this a port with TLS, and does it accept the client certificate?",
        };
        // Brokers without MQTT 5 may also close the connection.
        return $" before it answered: {port}"
            + (IsV5 ? " If the broker supports only MQTT 3.1.1, set mqtt.protocolVersion to 3.1.1" : "");
    }

    private static Exception? Root(Exception? e)
    {
        while (e?.InnerException is { } inner)
        {
            e = inner;
        }

        return e;
    }

    private static int ReturnCode(int reason) =>
        reason switch
        {
            132 => 1,
            133 => 2,
            136 => 3,
            134 => 4,
            135 => 5,
            _ => reason,
        };
}
