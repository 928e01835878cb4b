using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace SshMqttBridge.Mqtt;

/// <summary>Says that the broker refused a message: in the log, once a minute for each topic, and on the error topic.</summary>
internal sealed partial class MqttRefusals(string errorTopic, Outbox outbox, TimeProvider time, ILogger logger)
{
    private const int MostTopics = 1_000;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, long> _said = new(StringComparer.Ordinal);

    /// <param name="topic">Of the message that was refused.</param>
    /// <param name="reasonCode">MQTT 5 §2.4.</param>
    /// <param name="message">In words, beginning with the topic.</param>
    public void Report(string topic, int reasonCode, string message)
    {
        if (IsNews(topic))
        {
            LogRefused(message);
        }
        else
        {
            LogRefusedAgain(message);
        }

        // A refused report is not reported, or the two would go round for ever.
        if (topic != errorTopic)
        {
            var reason = reasonCode == MqttReason.PacketTooLarge ? "tooLarge" : "publishRefused";
            outbox.TryPost(new MqttPublication(errorTopic, Json(reason, message, topic)));
        }
    }

    private bool IsNews(string topic)
    {
        if (_said.TryGetValue(topic, out var then) && time.GetElapsedTime(then) < Quiet)
        {
            return false;
        }

        if (_said.Count >= MostTopics)
        {
            _said.Clear();
        }

        _said[topic] = time.GetTimestamp();
        return true;
    }

    private static byte[] Json(string reason, string message, string topic)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("reason", reason);
            json.WriteString("message", message);
            json.WriteString("topic", topic);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    [LoggerMessage(1040, LogLevel.Warning, "The broker refused a message to {Refusal}")]
    private partial void LogRefused(string refusal);

    [LoggerMessage(1041, LogLevel.Debug, "The broker refused a message again to {Refusal}")]
    private partial void LogRefusedAgain(string refusal);
}
