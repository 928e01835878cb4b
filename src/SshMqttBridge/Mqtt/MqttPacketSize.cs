using System.Text;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt;

/// <summary>
/// The size of a PUBLISH packet, to determine before sending whether the broker accepts it. MQTT 5 §2.1.4, §3.3.
/// </summary>
internal static class MqttPacketSize
{
    /// <summary>The maximum of MQTT, in bytes: the largest remaining length, and the fixed header.</summary>
    public const long Largest = 268_435_455 + 5;

    /// <summary>Returns the size of the whole packet, in bytes.</summary>
    public static long Of(MqttPublication publication, MqttProtocolVersion version) =>
        WithHeader(Overhead(publication, version) + publication.Payload.Length);

    /// <summary>
    /// Returns the largest payload, in bytes, with which the same message fits; 0 if even its topic does not.
    /// </summary>
    public static int LargestPayload(MqttPublication publication, MqttProtocolVersion version, long maximumPacketBytes)
    {
        // The fixed header is one byte, followed by a length of up to four bytes.
        var room = maximumPacketBytes - 5 - Overhead(publication, version);
        return (int)Math.Clamp(room, 0, int.MaxValue);
    }

    private static long Overhead(MqttPublication publication, MqttProtocolVersion version)
    {
        long bytes = 2 + Encoding.UTF8.GetByteCount(publication.Topic) + 2;
        if (version == MqttProtocolVersion.V5)
        {
            long properties =
                (publication.CorrelationData is { } data ? 3 + data.Length : 0)
                + (publication.ResponseTopic is { } response ? 3 + Encoding.UTF8.GetByteCount(response) : 0)
                + (publication.Expiry is null ? 0 : 5);
            bytes += VariableInteger(properties) + properties;
        }

        return bytes;
    }

    private static long WithHeader(long remaining) => 1 + VariableInteger(remaining) + remaining;

    private static int VariableInteger(long value) =>
        value switch
        {
            < 128 => 1,
            < 16_384 => 2,
            < 2_097_152 => 3,
            _ => 4,
        };
}
