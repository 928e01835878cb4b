namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>Completes with the broker's PUBACK.</summary>
internal sealed class PendingPublish(MqttPublication publication)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public MqttPublication Publication { get; } = publication;
}
