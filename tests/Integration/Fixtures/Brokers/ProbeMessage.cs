using System.Text;

namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>A message as a <see cref="MqttProbe"/> got it.</summary>
public sealed record ProbeMessage(string Topic, byte[] Payload, bool Retain, int Qos)
{
    public string? ResponseTopic { get; init; }
    public byte[]? CorrelationData { get; init; }
    public uint? ExpirySeconds { get; init; }

    public string Text => Encoding.UTF8.GetString(Payload);

    public override string ToString() =>
        $"{Topic} = {(Payload.Length > 200 ? $"{Payload.Length} bytes" : Text)}{(Retain ? " (retained)" : "")}";
}
