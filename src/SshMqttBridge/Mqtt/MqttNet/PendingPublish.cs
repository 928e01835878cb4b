namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>
/// Completes with the broker's PUBACK. Awaiting code resumes on the completing thread, which must not hold a lock.
/// </summary>
internal sealed class PendingPublish(MqttPublication publication) : TaskCompletionSource
{
    public MqttPublication Publication { get; } = publication;
}
