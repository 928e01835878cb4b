using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt.MqttNet;
using MqttProtocolVersion = SshMqttBridge.Configuration.MqttProtocolVersion;
using WireVersion = MQTTnet.Formatter.MqttProtocolVersion;

namespace SshMqttBridge.Tests.Unit.Mqtt;

/// <summary>Whatever a peer sends, the bridge reads it in bounded memory and says what is wrong.</summary>
public sealed class HostilePacketTests
{
    private const int Sequences = 400;
    private const int MaximumPayload = 1_000;

    // The largest header that the reader accepts, and some spare room.
    private const int MostBufferBytes = 300_000;

    public static TheoryData<bool, int?> VersionsAndSeeds =>
        new()
        {
            { true, 48_795 },
            { false, 48_795 },
            { true, null },
            { false, null },
        };

    /// <param name="seed">Null: another one each time.</param>
    [Theory]
    [MemberData(nameof(VersionsAndSeeds))]
    public void TryRead_GivenHostileBytes_ShouldReadTheSameInAnyPieces(bool isV5, int? seed)
    {
        foreach (var (name, bytes) in Bytes(isV5, seed))
        {
            var whole = Read(isV5, bytes, int.MaxValue);

            Read(isV5, bytes, 1).ShouldBe(whole, name);
            Read(isV5, bytes, 7).ShouldBe(whole, name);
        }
    }

    /// <param name="seed">Null: another one each time.</param>
    [Theory]
    [MemberData(nameof(VersionsAndSeeds))]
    public void Lost_GivenHostileBytes_ShouldNameAViolationOfTheProtocol(bool isV5, int? seed)
    {
        MqttOptions options = new()
        {
            Brokers = [new("broker", 1883)],
            ProtocolVersion = isV5 ? MqttProtocolVersion.V5 : MqttProtocolVersion.V311,
        };
        MqttNetFaults faults = new(options, options.Brokers[0]);
        foreach (var (name, bytes) in Bytes(isV5, seed))
        {
            if (Decode(isV5, bytes) is { } exception)
            {
                faults
                    .Lost(exception)
                    .Message.ShouldContain("violated the MQTT protocol", Case.Sensitive, $"{name}: {exception}");
                faults.NotConnected(exception).Message.ShouldContain("violated the MQTT protocol", Case.Sensitive, name);
            }
        }
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Bytes(bool isV5, int? seed)
    {
        foreach (var known in HostilePackets.Known(isV5))
        {
            yield return known;
        }

        var first = seed ?? Random.Shared.Next(1_000_000_000);
        for (var i = first; i < first + Sequences; i++)
        {
            yield return ($"seed {i}", new HostilePackets(i, isV5).Next());
        }
    }

    /// <summary>The packets as text, and the fault that ended them.</summary>
    private static List<string> Read(bool isV5, byte[] bytes, int piece)
    {
        PacketReader reader = new(isV5, MaximumPayload);
        List<string> read = [];
        try
        {
            for (var from = 0; ; )
            {
                while (reader.TryRead(out var packet))
                {
                    read.Add($"{packet.Packet.FixedHeader} {Convert.ToHexString(packet.Packet.Body)} {packet.SkippedBytes}");
                }

                reader.Free.Length.ShouldBeInRange(1, MostBufferBytes);
                if (from == bytes.Length)
                {
                    return read;
                }

                var count = Math.Min(Math.Min(piece, reader.Free.Length), bytes.Length - from);
                bytes.AsMemory(from, count).CopyTo(reader.Free);
                reader.Advance(count);
                from += count;
            }
        }
        catch (MqttProtocolViolationException e)
        {
            return [.. read, e.Message];
        }
    }

    /// <summary>What the first undecodable packet causes; null: nothing.</summary>
    private static Exception? Decode(bool isV5, byte[] bytes)
    {
        PacketReader reader = new(isV5, MaximumPayload);
        MqttPacketFormatterAdapter formatter = new(
            isV5 ? WireVersion.V500 : WireVersion.V311,
            new MqttBufferWriter(4_096, 65_536)
        );
        var count = Math.Min(bytes.Length, reader.Free.Length);
        bytes.AsMemory(0, count).CopyTo(reader.Free);
        reader.Advance(count);
        try
        {
            while (reader.TryRead(out var packet))
            {
                formatter.Decode(packet.Packet);
            }

            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
