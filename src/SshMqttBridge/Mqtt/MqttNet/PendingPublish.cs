namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>Completes with the broker's PUBACK; whoever waits for it goes on there, so it is completed under no lock.</summary>
internal sealed class PendingPublish(MqttPublication publication) : TaskCompletionSource
{
    public MqttPublication Publication { get; } = publication;
}
