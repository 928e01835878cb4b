using MQTTnet.Adapter;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>A packet from the broker.</summary>
/// <param name="Packet">The packet, for MQTTnet to decode.</param>
/// <param name="SkippedBytes">The size of a dropped payload; null: the packet is complete.</param>
internal readonly record struct ReceivedPacket(ReceivedMqttPacket Packet, int? SkippedBytes);
