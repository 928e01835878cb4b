using Microsoft.Extensions.Logging;

namespace SshMqttBridge.Mqtt;

/// <summary>Reports messages that the broker refused: in the log, once a minute for each topic, and on the error topic.</summary>
internal sealed partial class MqttRefusals(string errorTopic, Outbox outbox, TimeProvider time, ILogger logger)
{
    private const int MaximumTopics = 1_000;
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, long> _loggedAt = new(StringComparer.Ordinal);

    /// <param name="topic">The topic of the refused message.</param>
    /// <param name="reasonCode">MQTT 5 §2.4.</param>
    /// <param name="message">The report, which begins with the topic.</param>
    public void Report(string topic, int reasonCode, string message)
    {
        if (ShouldLog(topic))
        {
            LogRefused(message);
        }
        else
        {
            LogRefusedAgain(message);
        }

        // Reporting a refused report could repeat without end.
        if (topic != errorTopic)
        {
            var reason = reasonCode == MqttReason.PacketTooLarge ? "tooLarge" : "publishRefused";
            outbox.TryPost(BridgeError.Create(errorTopic, reason, message, topic));
        }
    }

    private bool ShouldLog(string topic)
    {
        if (_loggedAt.TryGetValue(topic, out var then) && time.GetElapsedTime(then) < LogInterval)
        {
            return false;
        }

        if (_loggedAt.Count >= MaximumTopics)
        {
            _loggedAt.Clear();
        }

        _loggedAt[topic] = time.GetTimestamp();
        return true;
    }

    [LoggerMessage(1040, LogLevel.Warning, "Broker refused a message: {Refusal}")]
    private partial void LogRefused(string refusal);

    [LoggerMessage(1041, LogLevel.Debug, "Broker refused a message again: {Refusal}")]
    private partial void LogRefusedAgain(string refusal);
}
