using System.Buffers.Binary;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>
/// Splits the received data into packets (MQTT 5 §2.1). Drops payloads above the maximum as they arrive, and keeps only the topic
/// and the properties of such a message, so that the memory is bounded whatever a client publishes. Not thread-safe.
/// </summary>
/// <param name="isV5">Whether a PUBLISH has properties.</param>
/// <param name="maximumPayloadBytes">A larger payload may be dropped.</param>
internal sealed class PacketReader(bool isV5, int maximumPayloadBytes)
{
    // Topic, response topic, content type and correlation data have at most 64 KiB each.
    private const int MostHeaderBytes = 256 << 10;
    private const int UsualBytes = 16 << 10;
    private const int MostFixedHeaderBytes = 5;

    private byte[] _buffer = new byte[UsualBytes];
    private int _from;
    private int _to;
    private long _skip;
    private ReceivedPacket? _skimmed;

    /// <summary>The buffer for the next bytes; never empty after <see cref="TryRead"/> has returned false.</summary>
    public Memory<byte> Free => _buffer.AsMemory(_to);

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_from, _to - _from);

    /// <summary>Adds bytes that were read into <see cref="Free"/>.</summary>
    public void Advance(int count) => _to += count;

    /// <summary>Returns false when more bytes are needed for the next packet.</summary>
    /// <param name="packet">Its body is valid until the next call.</param>
    /// <exception cref="MqttProtocolViolationException">That is not MQTT, or a packet that nobody needs so large.</exception>
    public bool TryRead(out ReceivedPacket packet)
    {
        packet = default;
        if (_skimmed is { } skimmed)
        {
            Skip();
            if (_skip == 0)
            {
                _skimmed = null;
                packet = skimmed;
            }

            return _skip == 0;
        }

        if (!TryReadFixedHeader(out var flags, out var length, out var headerBytes))
        {
            MakeRoom(MostFixedHeaderBytes);
            return false;
        }

        var isLarge = length > maximumPayloadBytes + MostHeaderBytes;
        if (isLarge && !IsPublish(flags))
        {
            throw new MqttProtocolViolationException($"A packet of type {flags >> 4} has {length} bytes.");
        }

        var needed = headerBytes + (isLarge ? MostHeaderBytes : length);
        if (_to - _from < needed)
        {
            MakeRoom(needed);
            return false;
        }

        var body = new ArraySegment<byte>(_buffer, _from + headerBytes, needed - headerBytes);
        _from += needed;
        if (!isLarge)
        {
            packet = new ReceivedPacket(new ReceivedMqttPacket(flags, body, needed), null);
            return true;
        }

        _skimmed = Skim(flags, body, length);
        _skip = length - body.Count;
        return TryRead(out packet);
    }

    private bool TryReadFixedHeader(out byte flags, out int length, out int bytes)
    {
        (flags, length, bytes) = (0, 0, 0);
        var unread = Unread;
        if (unread.Length < 2)
        {
            return false;
        }

        flags = unread[0];
        if (!TryReadVariableInteger(unread[1..], out length, out bytes))
        {
            return false;
        }

        bytes++;
        return true;
    }

    private static bool TryReadVariableInteger(ReadOnlySpan<byte> from, out int value, out int bytes)
    {
        value = 0;
        for (bytes = 0; bytes < from.Length; )
        {
            var digit = from[bytes];
            value |= (digit & 127) << (7 * bytes++);
            if ((digit & 128) == 0)
            {
                return true;
            }

            if (bytes == 4)
            {
                throw new MqttProtocolViolationException("A length has more than four bytes.");
            }
        }

        return false;
    }

    /// <summary>
    /// The part of a PUBLISH before its payload, in separate memory. Omits properties that are larger than all known ones
    /// together.
    /// </summary>
    private ReceivedPacket Skim(byte flags, ArraySegment<byte> body, int length)
    {
        ReadOnlySpan<byte> start = body;
        var payload = 2 + BinaryPrimitives.ReadUInt16BigEndian(start) + (HasPacketId(flags) ? 2 : 0);
        byte[] head;
        if (!isV5)
        {
            head = body[..payload].ToArray();
        }
        else if (
            TryReadVariableInteger(start[payload..], out var properties, out var bytes)
            && payload + bytes + properties <= start.Length
        )
        {
            payload += bytes + properties;
            head = body[..payload].ToArray();
        }
        else
        {
            head = [.. body[..payload], 0];
        }

        return new ReceivedPacket(new ReceivedMqttPacket(flags, head, head.Length), length - payload);
    }

    private void Skip()
    {
        var count = (int)Math.Min(_skip, _to - _from);
        _skip -= count;
        _from += count;
        if (_skip > 0)
        {
            MakeRoom(1);
        }
    }

    /// <summary>Ensures room for that many bytes from the first unread one, and at least one more.</summary>
    private void MakeRoom(int bytes)
    {
        var unread = _to - _from;
        var size = Math.Max(bytes, UsualBytes);
        if (size > _buffer.Length || size < _buffer.Length && unread < size)
        {
            // A large buffer is released when it is no longer needed.
            var larger = new byte[size];
            Unread.CopyTo(larger);
            _buffer = larger;
        }
        else if (_from > 0)
        {
            Buffer.BlockCopy(_buffer, _from, _buffer, 0, unread);
        }

        (_from, _to) = (0, unread);
    }

    private static bool IsPublish(byte flags) => flags >> 4 == (int)MqttControlPacketType.Publish;

    private static bool HasPacketId(byte flags) => (flags & 0b110) != 0;
}
