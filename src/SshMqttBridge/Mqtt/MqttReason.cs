namespace SshMqttBridge.Mqtt;

/// <summary>The reason codes of MQTT 5 (§2.4) and the return codes of MQTT 3.1.1 (§3.2.2.3) in words a user can act on.</summary>
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
            1 => "the broker does not speak MQTT 3.1.1",
            2 => "the broker does not accept the client id",
            3 => "the broker is unavailable",
            4 => "wrong user name or password",
            5 => "not authorised",
            128 => "the broker gave no reason",
            129 => "malformed packet",
            130 => "protocol error",
            131 => "the broker's own rules forbid it",
            132 => "the broker does not speak MQTT 5: mqtt.protocolVersion: 3.1.1 may help",
            133 => "the broker does not accept the client id",
            134 => "wrong user name or password",
            135 => "not authorised",
            136 => "the broker is unavailable",
            137 => "the broker is busy",
            138 => "this client is banned",
            139 => "the broker is shutting down",
            140 => "the broker wants another way of authentication",
            141 => "the broker heard nothing in the keep-alive time",
            142 => "another client uses the same client id",
            143 => "the topic filter is not valid",
            144 => "the topic is not valid",
            147 => "more messages were under way than the broker takes",
            149 => "larger than the broker takes",
            150 => "the broker gets messages faster than it takes them",
            151 => "a quota of the broker is used up",
            152 => "an administrator closed the connection",
            153 => "the payload's format is not valid",
            154 => "the broker keeps no retained messages",
            155 => "the broker does not do this quality of service",
            156 => "the broker wants its clients to use another server for now",
            157 => "the broker has moved to another server",
            158 => "the broker has no shared subscriptions",
            159 => "too many connections in too short a time",
            161 => "the broker has no subscription identifiers",
            162 => "the broker has no wildcard subscriptions",
            _ => $"reason code {code}",
        };

    /// <summary>As <see cref="Describe(int)"/>, with the broker's own words, if it gave any.</summary>
    public static string Describe(int code, string? reasonString) =>
        string.IsNullOrEmpty(reasonString) ? Describe(code) : $"{Describe(code)} ({reasonString})";

    /// <summary>Whether a refused CONNECT is about who we are, rather than about the broker's state.</summary>
    public static bool IsAboutLogin(int code) =>
        code is 1 or 2 or 4 or 5 or (>= 129 and <= 135) or 138 or 140 or 144 or 153 or 154 or 155;
}
