using SshMqttBridge.Mqtt;
using SshMqttBridge.Mqtt.MqttNet;

namespace SshMqttBridge.Tests.Unit.Mqtt;

public sealed class InboundQueueTests
{
    [Fact]
    public void IsFull_GivenLargeTopicsAndProperties_ShouldCountThem()
    {
        // Each has 64 KiB at most, and a character needs two bytes.
        const int length = 65_535;
        var hasRoom = 0;
        InboundQueue queue = new(() => hasRoom++);
        MqttDelivery delivery = new(new string('t', length), default)
        {
            ResponseTopic = new string('r', length),
            CorrelationData = new byte[length],
        };
        var count = 0;
        for (; !queue.IsFull; count++)
        {
            queue.Add(delivery);
        }

        count.ShouldBe((int)(InboundQueue.ByteLimit / (5 * length)) + 1);
        queue.Pause().ShouldBeTrue();
        queue.Release();
        while (queue.TryRead(out _)) { }
        hasRoom.ShouldBe(1);
        queue.IsFull.ShouldBeFalse();
    }
}
