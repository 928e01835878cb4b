using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Events;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Servers;

/// <summary>
/// Publishes how far one transfer is on <c>progress</c>, and tells the live events. While the broker has not acknowledged the one before, which it may be too slow for or
/// away, the next is dropped: but for the last one, at most one at a time waits.
/// </summary>
internal sealed class ProgressPublisher(TransferCommand command, TopicScheme topics, Outbox outbox, EventBus events)
{
    private volatile bool _isOnItsWay;

    /// <summary>Never waits. Not called by two threads at once.</summary>
    public void Publish(TransferProgress progress)
    {
        if (events.HasSubscribers)
        {
            events.Publish(
                new ServerEvent.Progress(
                    command.Origin.ServerId,
                    command.Operation,
                    command.Id,
                    progress.Bytes,
                    progress.Total,
                    progress.Rate
                )
            );
        }

        if (!_isOnItsWay || progress.IsLast)
        {
            _isOnItsWay = true;
            var topic = topics.Of(command.Origin.ServerId, "progress");
            outbox.Post(new MqttPublication(topic, Json(progress)), completed: () => _isOnItsWay = false);
        }
    }

    private byte[] Json(TransferProgress progress)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, BridgeJson.Writer))
        {
            json.WriteStartObject();
            json.WriteString("operation", command.IsPut ? "put" : "get");
            json.WriteString("id", command.Id);
            json.WriteNumber("bytes", progress.Bytes);
            json.WriteNumber("total", progress.Total);
            json.WriteNumber("rate", progress.Rate);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
