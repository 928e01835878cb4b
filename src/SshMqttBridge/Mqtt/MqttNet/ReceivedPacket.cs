using MQTTnet.Adapter;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>A packet of the broker.</summary>
/// <param name="Packet">For MQTTnet to decode.</param>
/// <param name="SkippedBytes">How large the payload was that has been left out; null: the packet is whole.</param>
internal readonly record struct ReceivedPacket(ReceivedMqttPacket Packet, int? SkippedBytes);
