using System.ComponentModel;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>The library's error numbers, and what they say in words.</summary>
internal static class MosquittoError
{
    public const int Success = 0;
    public const int NoMemory = 1;
    public const int Protocol = 2;
    public const int Invalid = 3;
    public const int NoConnection = 4;
    public const int ConnectionRefused = 5;
    public const int ConnectionLost = 7;
    public const int Tls = 8;
    public const int PayloadSize = 9;
    public const int Errno = 14;
    public const int MalformedUtf8 = 18;
    public const int KeepAlive = 19;
    public const int MalformedPacket = 21;
    public const int QosNotSupported = 24;
    public const int OversizePacket = 25;

    /// <param name="code">What a call returned.</param>
    /// <param name="errno">What <c>errno</c> was then; counts only for <see cref="Errno"/>.</param>
    public static string Describe(int code, int errno) =>
        code switch
        {
            NoMemory => "out of memory",
            Protocol or MalformedPacket => "the broker broke the MQTT protocol, or is none",
            NoConnection or ConnectionLost => "the broker closed the connection",
            ConnectionRefused => "the broker refused the connection",
            Tls => "TLS failed",
            KeepAlive => "the broker did not answer in the keep-alive time",
            Errno when errno != 0 => new Win32Exception(errno).Message,
            _ => $"libmosquitto error {code}",
        };
}
