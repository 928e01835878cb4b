using MQTTnet.Exceptions;
using SshMqttBridge.Mqtt.MqttNet;

namespace SshMqttBridge.Tests.Unit.Mqtt;

public sealed class PacketReaderTests
{
    private const byte Publish = 0x30;
    private const byte PublishQos2 = 0x34;
    private const byte PubAck = 0x40;
    private const int MaximumPayload = 1_000;
    private const int Large = 600_000;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void TryRead_GivenPacketsInPieces_ShouldPutThemTogether(int piece)
    {
        byte[] bytes = [PubAck, 2, 0, 7, 0xD0, 0, .. Packet(Publish, Topic("a/b"), new byte[40_000]), PubAck, 2, 0, 8];

        var packets = Read(new PacketReader(isV5: false, 100_000), bytes, piece);

        packets.Select(packet => packet.Length).ShouldBe([2, 0, 40_005, 2]);
        packets[3].Body.ShouldBe([0, 8]);
    }

    [Theory]
    [InlineData(5_000)]
    [InlineData(1_000_000)]
    public void TryRead_GivenALargePayload_ShouldLeaveItOut(int piece)
    {
        byte[] bytes = [.. Packet(PublishQos2, Topic("a"), [0, 9], new byte[Large]), PubAck, 2, 0, 8];

        var packets = Read(new PacketReader(isV5: false, MaximumPayload), bytes, piece);

        packets.Select(packet => packet.Skipped).ShouldBe([Large, null]);
        packets[0].Body.ShouldBe([0, 1, (byte)'a', 0, 9]);
        packets[1].Body.ShouldBe([0, 8]);
    }

    [Fact]
    public void TryRead_GivenALargePayloadWithProperties_ShouldKeepThose()
    {
        byte[] properties = [3, 0x09, 0, 0];
        var bytes = Packet(PublishQos2, Topic("a"), [0, 9], properties, new byte[Large]);

        var packets = Read(new PacketReader(isV5: true, MaximumPayload), bytes, 5_000);

        packets.ShouldHaveSingleItem().Skipped.ShouldBe(Large);
        packets[0].Body.ShouldBe([0, 1, (byte)'a', 0, 9, .. properties]);
    }

    [Fact]
    public void TryRead_GivenPropertiesLargerThanAny_ShouldLeaveThemOutToo()
    {
        // 0x92 0xA7 0x12 is 300,000 and some.
        var bytes = Packet(Publish, Topic("a"), [0x92, 0xA7, 0x12], new byte[Large]);

        var packets = Read(new PacketReader(isV5: true, MaximumPayload), bytes, 5_000);

        packets.ShouldHaveSingleItem().Skipped.ShouldNotBeNull().ShouldBeGreaterThan(MaximumPayload);
        packets[0].Body.ShouldBe([0, 1, (byte)'a', 0]);
    }

    [Fact]
    public void TryRead_GivenAManyLargePayloads_ShouldNotGrow()
    {
        var reader = new PacketReader(isV5: false, MaximumPayload);
        var bytes = Packet(Publish, Topic("a"), new byte[Large]);

        for (var i = 0; i < 10; i++)
        {
            Read(reader, bytes, 16_384).ShouldHaveSingleItem();
            reader.Free.Length.ShouldBeLessThan(300_000);
        }
    }

    [Fact]
    public void TryRead_GivenALengthOfFiveBytes_ShouldThrow() =>
        Should.Throw<MqttProtocolViolationException>(() =>
            Read(new PacketReader(isV5: true, 1), [PubAck, 255, 255, 255, 255, 1], 100)
        );

    [Fact]
    public void TryRead_GivenALargePacketThatIsNoPublish_ShouldThrow() =>
        Should.Throw<MqttProtocolViolationException>(() =>
            Read(new PacketReader(isV5: true, 1), [PubAck, 255, 255, 255, 127], 100)
        );

    private static List<(byte[] Body, int Length, int? Skipped)> Read(PacketReader reader, byte[] bytes, int piece)
    {
        List<(byte[], int, int?)> packets = [];
        for (var from = 0; ; )
        {
            while (reader.TryRead(out var packet))
            {
                packets.Add(([.. packet.Packet.Body], packet.Packet.Body.Count, packet.SkippedBytes));
            }

            if (from == bytes.Length)
            {
                return packets;
            }

            reader.Free.Length.ShouldBeGreaterThan(0);
            var count = Math.Min(Math.Min(piece, reader.Free.Length), bytes.Length - from);
            bytes.AsMemory(from, count).CopyTo(reader.Free);
            reader.Advance(count);
            from += count;
        }
    }

    private static byte[] Topic(string topic) => [0, (byte)topic.Length, .. topic.Select(letter => (byte)letter)];

    private static byte[] Packet(byte flags, params byte[][] parts)
    {
        List<byte> packet = [flags];
        var length = parts.Sum(part => part.Length);
        for (; length > 127; length >>= 7)
        {
            packet.Add((byte)(length | 128));
        }

        packet.Add((byte)length);
        return [.. packet, .. parts.SelectMany(part => part)];
    }
}
