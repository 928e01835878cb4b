using System.Text;
using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Feed;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Servers;

/// <summary>Publishes what a server's state is: <c>connection</c> and <c>queue</c>, each when it has changed. Thread-safe.</summary>
internal sealed class ServerTopics(string serverId, TopicScheme topics, Outbox outbox, LiveFeed feed)
{
    private readonly Lock _gate = new();
    private bool? _isOnline;
    private byte[] _queue = [];

    public void Connection(bool isOnline)
    {
        lock (_gate)
        {
            if (_isOnline != isOnline)
            {
                _isOnline = isOnline;
                Post("connection", isOnline ? "online"u8.ToArray() : "offline"u8.ToArray());
                if (feed.IsHeard)
                {
                    feed.Tell(new FeedEvent.Connection(serverId, isOnline));
                }
            }
        }
    }

    /// <param name="state">Tells the id of the command that runs, null for none, and how many wait; asked under a lock, so that what is published last is the latest.</param>
    public void Queue(Func<(string? Running, int Queued)> state)
    {
        lock (_gate)
        {
            var (running, queued) = state();
            var id = running is null ? "null" : JsonSerializer.Serialize(running, BridgeJson.Relaxed.String);
            var payload = Encoding.UTF8.GetBytes($$"""{"running":{{id}},"queued":{{queued}}}""");
            if (!payload.AsSpan().SequenceEqual(_queue))
            {
                _queue = payload;
                Post("queue", payload);
                if (feed.IsHeard)
                {
                    feed.Tell(new FeedEvent.Queue(serverId, running, queued));
                }
            }
        }
    }

    private void Post(string datapoint, byte[] payload) =>
        outbox.Post(new MqttPublication(topics.Of(serverId, datapoint), payload, Retain: true));
}
