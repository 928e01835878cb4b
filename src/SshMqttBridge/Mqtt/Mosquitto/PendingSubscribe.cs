namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>Completes with the broker's SUBACK.</summary>
internal sealed class PendingSubscribe(string filter) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public string Filter { get; } = filter;
}
