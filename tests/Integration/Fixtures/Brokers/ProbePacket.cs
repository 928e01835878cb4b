using System.Buffers.Binary;
using System.Text;

namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>Writes the body of an MQTT packet, or reads one.</summary>
internal sealed class ProbePacket(int header, byte[]? body = null)
{
    private readonly List<byte> _body = [.. body ?? []];
    private int _position;

    public int Header { get; } = header;

    public int Type => Header >> 4;

    public bool AtEnd => _position >= _body.Count;

    public ProbePacket Byte(int value)
    {
        _body.Add((byte)value);
        return this;
    }

    public ProbePacket Short(int value) => Byte(value >> 8).Byte(value & 0xFF);

    public ProbePacket Int(uint value) => Short((int)(value >> 16)).Short((int)(value & 0xFFFF));

    public ProbePacket Bytes(ReadOnlySpan<byte> value)
    {
        _body.AddRange(value);
        return this;
    }

    public ProbePacket Binary(ReadOnlySpan<byte> value) => Short(value.Length).Bytes(value);

    public ProbePacket Text(string value) => Binary(Encoding.UTF8.GetBytes(value));

    /// <summary>Adds another packet's body with its length before it, as MQTT 5 writes properties.</summary>
    public ProbePacket Properties(ProbePacket properties)
    {
        AddLength(_body, properties._body.Count);
        _body.AddRange(properties._body);
        return this;
    }

    public byte[] ToArray()
    {
        List<byte> packet = [(byte)Header];
        AddLength(packet, _body.Count);
        packet.AddRange(_body);
        return [.. packet];
    }

    public int ReadByte() => _body[_position++];

    public int ReadShort() => (ReadByte() << 8) | ReadByte();

    public uint ReadInt() => BinaryPrimitives.ReadUInt32BigEndian(ReadBytes(4));

    public byte[] ReadBytes(int count)
    {
        var bytes = _body.GetRange(_position, count).ToArray();
        _position += count;
        return bytes;
    }

    public byte[] ReadBinary() => ReadBytes(ReadShort());

    public string ReadText() => Encoding.UTF8.GetString(ReadBinary());

    public byte[] ReadRest() => ReadBytes(_body.Count - _position);

    public int ReadLength()
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = ReadByte();
            value |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    public static async Task<ProbePacket?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var one = new byte[1];
        if (await stream.ReadAsync(one, cancellationToken) == 0)
        {
            return null;
        }

        var header = one[0];
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            length |= (one[0] & 0x7F) << shift;
            if (one[0] < 0x80)
            {
                break;
            }
        }

        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return new ProbePacket(header, body);
    }

    private static void AddLength(List<byte> bytes, int length)
    {
        do
        {
            bytes.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        } while (length > 0);
    }
}
