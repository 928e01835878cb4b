namespace SshMqttBridge.Mqtt;

/// <summary>
/// The reason codes of MQTT 5 (§2.4) and the return codes of MQTT 3.1.1 (§3.2.2.3) as text that helps the user.
/// </summary>
internal static class MqttReason
{
    public const int Unspecified = 128;
    public const int NotAuthorized = 135;
    public const int SessionTakenOver = 142;
    public const int FilterInvalid = 143;
    public const int TopicInvalid = 144;
    public const int PacketTooLarge = 149;
    public const int RetainNotSupported = 154;
    public const int QosNotSupported = 155;

    /// <summary>Describes a code of CONNACK, PUBACK, SUBACK or DISCONNECT, without a capital letter or a full stop.</summary>
    public static string Describe(int code) =>
        code switch
        {
            1 => "the broker does not support MQTT 3.1.1",
            2 => "the broker does not accept the client id",
            3 => "the broker is unavailable",
            4 => "wrong user name or password",
            5 => "not authorised",
            128 => "the broker gave no reason",
            129 => "malformed packet",
            130 => "protocol error",
            131 => "a rule of the broker forbids it",
            132 => "the broker does not support MQTT 5: mqtt.protocolVersion: 3.1.1 may help",
            133 => "the broker does not accept the client id",
            134 => "wrong user name or password",
            135 => "not authorised",
            136 => "the broker is unavailable",
            137 => "the broker is busy",
            138 => "this client is banned",
            139 => "the broker is shutting down",
            140 => "the broker requires another authentication method",
            141 => "the keep-alive timed out at the broker",
            142 => "another client uses the same client id",
            143 => "the topic filter is not valid",
            144 => "the topic is not valid",
            147 => "more messages in flight than the broker accepts",
            149 => "larger than the broker accepts",
            150 => "the message rate is too high",
            151 => "a quota of the broker is exceeded",
            152 => "an administrator closed the connection",
            153 => "the payload's format is not valid",
            154 => "the broker does not support retained messages",
            155 => "the broker does not support this quality of service",
            156 => "the broker asks its clients to use another server for now",
            157 => "the broker has moved to another server",
            158 => "the broker does not support shared subscriptions",
            159 => "too many connections in too short a time",
            161 => "the broker does not support subscription identifiers",
            162 => "the broker does not support wildcard subscriptions",
            _ => $"reason code {code}",
        };

    /// <summary>Like <see cref="Describe(int)"/>, with the broker's reason string, if it sent one.</summary>
    public static string Describe(int code, string? reasonString) =>
        string.IsNullOrEmpty(reasonString) ? Describe(code) : $"{Describe(code)} ({reasonString})";

    /// <summary>
    /// Whether the broker refused a CONNECT because of the credentials or the client id, not because of its own state.
    /// </summary>
    public static bool IsAboutLogin(int code) =>
        code is 1 or 2 or 4 or 5 or (>= 129 and <= 135) or 138 or 140 or 144 or 153 or 154 or 155;

    /// <summary>
    /// What a refused subscription means for the connection. Without a reason, as always with MQTT 3.1.1, the broker may only be
    /// unable to serve it now: a node of a cluster refuses subscriptions while the cluster elects a leader.
    /// </summary>
    public static MqttFault FaultOfSubscription(int code) =>
        code is Unspecified or 151 ? MqttFault.Unreachable : MqttFault.LoginRefused;
}
