using SshMqttBridge.Common;

namespace SshMqttBridge.Mqtt;

/// <summary>Why a connection to the broker failed or ended.</summary>
internal enum MqttFault
{
    /// <summary>No MQTT broker could be reached, or it cannot serve clients now: name, route, port, TLS or its own state.</summary>
    Unreachable,

    /// <summary>The broker refused the login: user name, password, client id or protocol version.</summary>
    LoginRefused,

    /// <summary>Another client connected with the same client id (MQTT 5 reason 142).</summary>
    TakenOver,

    /// <summary>The network failed, the keep-alive timed out, or the broker closed the connection.</summary>
    Lost,

    /// <summary>The bridge ended it, because it did not run for longer than the broker keeps a silent connection.</summary>
    Interrupted,
}

/// <summary>The connection to the broker is unusable: reconnect.</summary>
internal sealed class MqttConnectionException(MqttFault fault, string message, int? reasonCode = null, Exception? inner = null)
    : Exception(Printable.Message(message), inner)
{
    public MqttFault Fault { get; } = fault;

    /// <summary>The MQTT reason code or the library's error number, if there is one.</summary>
    public int? ReasonCode { get; } = reasonCode;

    /// <summary>
    /// Whether the broker may have closed the connection because of a message: see <see cref="PoisonMessages"/>.
    /// </summary>
    public bool MayBeCausedByMessage { get; init; }
}

/// <summary>The broker refused one publish or subscription; the connection stays open.</summary>
internal sealed class MqttRefusedException(int reasonCode, string message) : Exception(Printable.Message(message))
{
    /// <summary>
    /// MQTT 5 §2.4, or 128 for a refused subscription of MQTT 3.1.1: 135 not authorised, 149 packet too large, 151 quota
    /// exceeded.
    /// </summary>
    public int ReasonCode { get; } = reasonCode;
}
