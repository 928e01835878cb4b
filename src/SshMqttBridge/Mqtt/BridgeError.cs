using System.Text.Json;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Mqtt;

/// <summary>The messages on <c>ssh/bridge/error</c>.</summary>
internal static class BridgeError
{
    /// <param name="errorTopic">The topic.</param>
    /// <param name="reason">One of <see cref="Reasons"/>.</param>
    /// <param name="message">The error in words.</param>
    /// <param name="topic">The topic of the message that caused it; null if none did.</param>
    public static MqttPublication Create(string errorTopic, string reason, string message, string? topic)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, BridgeJson.Writer))
        {
            json.WriteStartObject();
            json.WriteString("reason", reason);
            json.WriteString("message", message);
            json.WriteString("topic", topic);
            json.WriteEndObject();
        }

        return new MqttPublication(errorTopic, buffer.ToArray());
    }
}
