using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Events;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Servers;

/// <summary>
/// Publishes the progress of one transfer, on <c>progress</c> and as an event. Drops a message while the broker has not yet
/// acknowledged the previous one. So at most one waits at a time, and the last one.
/// </summary>
internal sealed class ProgressPublisher(TransferCommand command, TopicScheme topics, Outbox outbox, EventBus events)
{
    private volatile bool _isInFlight;

    /// <summary>Publishes the progress. Never waits. Not for concurrent calls.</summary>
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

        if (!_isInFlight || progress.IsLast)
        {
            _isInFlight = true;
            var topic = topics.Of(command.Origin.ServerId, "progress");
            outbox.Post(new MqttPublication(topic, Json(progress)), completed: () => _isInFlight = false);
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
