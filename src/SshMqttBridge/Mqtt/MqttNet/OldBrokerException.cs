namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>The broker answered a CONNECT of MQTT 5 in the form of MQTT 3.1.1.</summary>
/// <param name="returnCode">MQTT 3.1.1 §3.2.2.3.</param>
internal sealed class OldBrokerException(int returnCode) : Exception("A CONNACK of MQTT 3.1.1.")
{
    public int ReturnCode { get; } = returnCode;
}
