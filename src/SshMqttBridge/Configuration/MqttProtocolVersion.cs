namespace SshMqttBridge.Configuration;

internal enum MqttProtocolVersion
{
    /// <summary>MQTT 3.1.1</summary>
    V311,

    /// <summary>MQTT 5</summary>
    V5,
}
