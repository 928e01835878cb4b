using System.Buffers;
using MQTTnet.Formatter;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>
/// Packets that are sent together. Copies small ones into one buffer, and sends large payloads without a copy. Not
/// thread-safe.
/// </summary>
internal sealed class PacketBatch
{
    private const int SmallBytes = 16 << 10;
    private const int UsualBytes = 4 << 10;
    private const int MostKeptBytes = 64 << 10;

    // The position of each large payload in the buffer.
    private readonly List<(int At, ReadOnlySequence<byte> Payload)> _large = [];
    private ArrayBufferWriter<byte> _small = new(UsualBytes);

    public int Count { get; private set; }

    public bool IsEmpty => Count == 0;

    /// <param name="packet">Its payload must not change before it has been sent.</param>
    public void Add(MqttPacketBuffer packet)
    {
        Count++;
        _small.Write(packet.Packet);
        if (packet.Payload.Length > SmallBytes)
        {
            _large.Add((_small.WrittenCount, packet.Payload));
            return;
        }

        foreach (var segment in packet.Payload)
        {
            _small.Write(segment.Span);
        }
    }

    public async ValueTask SendAsync(BrokerLink link)
    {
        var from = 0;
        foreach (var (at, payload) in _large)
        {
            await link.WriteAsync(_small.WrittenMemory[from..at]).ConfigureAwait(false);
            foreach (var segment in payload)
            {
                await link.WriteAsync(segment).ConfigureAwait(false);
            }

            from = at;
        }

        if (from < _small.WrittenCount)
        {
            await link.WriteAsync(_small.WrittenMemory[from..]).ConfigureAwait(false);
        }
    }

    public void Clear()
    {
        Count = 0;
        _large.Clear();
        if (_small.Capacity > MostKeptBytes)
        {
            _small = new(UsualBytes);
        }
        else
        {
            _small.ResetWrittenCount();
        }
    }
}
