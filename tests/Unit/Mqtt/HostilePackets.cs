using System.Text;

namespace SshMqttBridge.Tests.Unit.Mqtt;

/// <summary>
/// What a broken or hostile broker sends: random bytes, and a broker's packets with faults. The same seed gives the same bytes.
/// </summary>
/// <param name="isV5">MQTT 5, otherwise 3.1.1.</param>
internal sealed class HostilePackets(int seed, bool isV5)
{
    private const int ConnAck = 0x20;
    private const int PublishType = 0x30;
    private const int PubAck = 0x40;
    private const int PubRec = 0x50;
    private const int PubRel = 0x62;
    private const int PubComp = 0x70;
    private const int SubAck = 0x90;
    private const int UnsubAck = 0xB0;
    private const int Disconnect = 0xE0;
    private const int Auth = 0xF0;

    // Those that the bridge itself uses for its first subscription and its first message, and some that it does not.
    private static readonly int[] s_ids = [0, 1, 2, 32_768, 32_769, 65_535];

    private readonly Random _random = new(seed);

    /// <summary>A CONNACK that accepts the connection.</summary>
    public static byte[] Accepted(bool isV5) => isV5 ? [ConnAck, 3, 0, 0, 0] : [ConnAck, 2, 0, 0];

    /// <summary>Single faults, each with its name.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Known(bool isV5)
    {
        byte[] none = isV5 ? [0] : [];
        yield return ("a length of five bytes", [PublishType, 255, 255, 255, 255, 1]);
        yield return ("a PUBLISH of 256 MiB", [PublishType, 255, 255, 255, 127, 0, 1, (byte)'a', .. none]);
        yield return ("a PUBACK of 256 MiB", [PubAck, 255, 255, 255, 127, 0, 1]);
        yield return ("a length that is not the shortest", [0xD0, 128, 128, 0]);
        for (var type = 0; type < 16; type++)
        {
            yield return ($"an empty packet of type {type}", [(byte)(type << 4), 0]);
            yield return ($"reserved flags of type {type}", Packet(type << 4 | 0x0F, [0, 1, 0, 0]));
        }

        yield return ("a second CONNACK", Accepted(isV5));
        yield return ("a CONNACK with a session", Packet(ConnAck, [1, 0, .. none]));
        yield return ("a CONNACK with reserved flags", Packet(ConnAck, [0xFE, 0, .. none]));
        yield return ("a CONNACK with an unknown reason", Packet(ConnAck, [0, 99, .. none]));
        yield return ("a PUBACK of an unknown message", Packet(PubAck, [0x12, 0x34]));
        yield return ("a PUBACK with the number 0", Packet(PubAck, [0, 0]));
        yield return ("a PUBREC of an unknown message", Packet(PubRec, [0x12, 0x34]));
        yield return ("a PUBREC with the number 0", Packet(PubRec, [0, 0]));
        yield return ("a PUBREL of an unknown message", Packet(PubRel, [0x12, 0x34]));
        yield return ("a PUBREL with the number 0", Packet(PubRel, [0, 0]));
        yield return ("a PUBCOMP of an unknown message", Packet(PubComp, [0x12, 0x34]));
        yield return ("a SUBACK of an unknown subscription", Packet(SubAck, [0x12, 0x34, .. none, 0]));
        yield return ("a SUBACK without reasons", Packet(SubAck, [0, 1, .. none]));
        yield return ("a SUBACK with too many reasons", Packet(SubAck, [0, 1, .. none, 0, 0, 0]));
        yield return ("a SUBACK with an unknown reason", Packet(SubAck, [0, 1, .. none, 77]));
        yield return ("an UNSUBACK of a subscription", Packet(UnsubAck, [0, 1, .. none, 0]));
        yield return ("a PUBLISH with QoS 3", Publish(0x06, "a", [0, 1], none, [1]));
        yield return ("a PUBLISH with the number 0", Publish(0x02, "a", [0, 0], none, [1]));
        yield return ("a PUBLISH without a topic", Publish(0, "", [], none, [1]));
        yield return ("a PUBLISH to a filter", Publish(0, "a/#", [], none, [1]));
        yield return ("a PUBLISH to a topic with a null character", Publish(0, "a\0b", [], none, [1]));
        yield return ("a topic that is not UTF-8", Packet(PublishType, [0, 3, 0xFF, 0xC0, 0x80, .. none, 1]));
        yield return ("a topic with half a surrogate pair", Packet(PublishType, [0, 3, 0xED, 0xA0, 0x80, .. none, 1]));
        yield return ("a topic longer than its packet", Packet(PublishType, [0xFF, 0xFF, (byte)'a']));
        yield return ("a DISCONNECT with an odd reason", isV5 ? Packet(Disconnect, [99, 0]) : Packet(Disconnect, []));
        yield return ("a DISCONNECT with reason 4", isV5 ? Packet(Disconnect, [4]) : Packet(Disconnect, [4, 0]));
        if (!isV5)
        {
            yield break;
        }

        byte[] alias0 = [3, 0x23, 0, 0];
        byte[] alias9 = [3, 0x23, 0, 9];
        yield return ("topic alias 0", Publish(0, "a", [], alias0, [1]));
        yield return ("an unknown topic alias", Publish(0, "", [], alias9, [1]));
        yield return ("a topic alias twice", Publish(0, "a", [], [6, 0x23, 0, 9, 0x23, 0, 9], [1]));
        yield return ("a response topic twice", Publish(0, "a", [], [8, 8, 0, 1, (byte)'r', 8, 0, 1, (byte)'s'], [1]));
        yield return ("a response topic with a wildcard", Publish(0, "a", [], [4, 8, 0, 1, (byte)'#'], [1]));
        yield return ("an expiry of 136 years", Publish(0, "a", [], [5, 2, 255, 255, 255, 255], [1]));
        yield return ("an unknown property", Publish(0, "a", [], [2, 0x7E, 0], [1]));
        yield return ("properties longer than the packet", Publish(0, "a", [], [127, 2, 0, 0], [1]));
        yield return ("a length of properties of five bytes", Publish(0, "a", [], [255, 255, 255, 255, 1], [1]));
        yield return (
            "a CONNACK with an assigned id twice",
            Packet(ConnAck, [0, 0, 8, 0x12, 0, 1, (byte)'i', 0x12, 0, 1, (byte)'j'])
        );
        yield return ("a CONNACK that accepts no packets", Packet(ConnAck, [0, 0, 5, 0x27, 0, 0, 0, 0]));
        yield return ("a CONNACK that accepts no messages", Packet(ConnAck, [0, 0, 3, 0x21, 0, 0]));
        yield return ("a CONNACK with a keep-alive of 0", Packet(ConnAck, [0, 0, 3, 0x13, 0, 0]));
        yield return ("a CONNACK with a keep-alive of 1 s", Packet(ConnAck, [0, 0, 3, 0x13, 0, 1]));
        yield return ("a CONNACK of MQTT 3.1.1", [ConnAck, 2, 0, 0]);
        yield return ("an AUTH that was not asked for", Packet(Auth, [0x18, 0]));
        yield return ("an AUTH with a method", Packet(Auth, [0x18, 4, 0x15, 0, 1, (byte)'m']));
        yield return ("a PUBACK with an odd reason", Packet(PubAck, [0x80, 0, 99]));
        yield return ("a PUBACK that refuses an unknown message", Packet(PubAck, [0x12, 0x34, 0x87, 0]));
    }

    /// <summary>One to four packets, of which at least one probably has a fault.</summary>
    public byte[] Next()
    {
        List<byte> bytes = [];
        for (var count = _random.Next(1, 5); count > 0; count--)
        {
            bytes.AddRange(
                _random.Next(8) switch
                {
                    0 => RandomBytes(300),
                    1 => Truncated(Valid()),
                    2 => WithOtherLength(Valid()),
                    3 => WithOtherBits(Valid()),
                    4 => WithMore(Valid()),
                    5 => OneOf([.. Known(isV5)]).Bytes,
                    _ => Valid(),
                }
            );
        }

        return [.. bytes];
    }

    private static byte[] Publish(int flags, string topic, byte[] id, byte[] properties, byte[] payload)
    {
        var name = Encoding.UTF8.GetBytes(topic);
        return Packet(
            PublishType | flags,
            [(byte)(name.Length >> 8), (byte)name.Length, .. name, .. id, .. properties, .. payload]
        );
    }

    private static byte[] Packet(int flags, byte[] body) => [(byte)flags, .. VariableInteger(body.Length), .. body];

    private static byte[] VariableInteger(int value)
    {
        List<byte> bytes = [];
        for (; value > 127; value >>= 7)
        {
            bytes.Add((byte)(value | 128));
        }

        return [.. bytes, (byte)value];
    }

    private byte[] Valid()
    {
        var id = OneOf(s_ids);
        byte[] number = [(byte)(id >> 8), (byte)id];
        var properties = isV5 ? Properties() : [];
        switch (_random.Next(10))
        {
            case 0:
                return Packet(ConnAck, [0, (byte)OneOf([0, 0, 0, 1, 128, 135]), .. properties]);
            case 1:
                return Packet(OneOf([PubAck, PubRec, PubRel, PubComp]), number);
            case 2 when isV5:
                return Packet(
                    OneOf([PubAck, PubRec, PubRel, PubComp]),
                    [.. number, (byte)OneOf([0, 16, 128, 146]), .. properties]
                );
            case 3:
                return Packet(SubAck, [.. number, .. properties, (byte)OneOf([0, 1, 2, 128, 135])]);
            case 4:
                return Packet(0xD0, []);
            case 5 when isV5:
                return Packet(Disconnect, [(byte)_random.Next(256), .. properties]);
            case 6 when isV5:
                return Packet(Auth, [0x18, .. properties]);
            default:
                var qos = _random.Next(3);
                return Publish(
                    qos << 1 | _random.Next(2) | _random.Next(2) << 3,
                    OneOf(["a", "a/b/c", "ü", new string('t', 300)]),
                    qos == 0 ? [] : number,
                    properties,
                    RandomBytes(OneOf([1, 20, 3_000]))
                );
        }
    }

    /// <summary>Some properties, which may be of other packets, or there twice.</summary>
    private byte[] Properties()
    {
        List<byte> properties = [];
        for (var count = _random.Next(4); count > 0; count--)
        {
            properties.AddRange(
                OneOf<byte[]>([
                    [0x01, 1],
                    [0x02, 0, 0, 0, 60],
                    [0x03, 0, 1, (byte)'c'],
                    [0x08, 0, 1, (byte)'r'],
                    [0x09, 0, 2, 1, 2],
                    [0x0B, 7],
                    [0x13, 0, 60],
                    [0x1F, 0, 2, (byte)'o', (byte)'k'],
                    [0x21, 0, 5],
                    [0x22, 0, 5],
                    [0x23, 0, 1],
                    [0x25, 0],
                    [0x26, 0, 1, (byte)'k', 0, 1, (byte)'v'],
                    [0x27, 0, 0, 16, 0],
                ])
            );
        }

        return [.. VariableInteger(properties.Count), .. properties];
    }

    private byte[] Truncated(byte[] packet) => packet[.._random.Next(packet.Length)];

    private byte[] WithOtherLength(byte[] packet)
    {
        var other = OneOf<byte[]>([
            [0],
            [1],
            [(byte)_random.Next(128)],
            [255, 1],
            [255, 255, 3],
            [255, 255, 255, 127],
            [255, 255, 255, 255, 127],
            [128, 128, 128, 0],
        ]);
        return [packet[0], .. other, .. packet[2..]];
    }

    private byte[] WithOtherBits(byte[] packet)
    {
        for (var count = _random.Next(1, 6); count > 0; count--)
        {
            packet[_random.Next(packet.Length)] ^= (byte)(1 << _random.Next(8));
        }

        return packet;
    }

    private byte[] WithMore(byte[] packet)
    {
        var at = _random.Next(packet.Length + 1);
        return [.. packet[..at], .. RandomBytes(8), .. packet[at..]];
    }

    private byte[] RandomBytes(int most)
    {
        var bytes = new byte[_random.Next(most + 1)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private T OneOf<T>(T[] choices) => choices[_random.Next(choices.Length)];
}
