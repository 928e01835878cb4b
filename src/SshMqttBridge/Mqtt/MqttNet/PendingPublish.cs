namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>Completes with the broker's PUBACK; code that awaits it resumes there, so it is completed under no lock.</summary>
internal sealed class PendingPublish(MqttPublication publication) : TaskCompletionSource
{
    public MqttPublication Publication { get; } = publication;
}
