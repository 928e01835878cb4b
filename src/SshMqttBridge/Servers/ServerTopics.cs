using System.Text;
using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Feed;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Servers;

/// <summary>Publishes what a server's state is: <c>connection</c> and <c>queue</c>, each when it has changed. Thread-safe.</summary>
internal sealed class ServerTopics(string serverId, TopicScheme topics, Outbox outbox, LiveFeed feed, TimeProvider time)
{
    /// <summary>
    /// <c>queue</c> is told at once, but not more often than this, and of a command that has nobody behind it only when it takes as long: most are over by then, and each message
    /// costs as much as sending a command.
    /// </summary>
    public static readonly TimeSpan QueuePause = TimeSpan.FromMilliseconds(25);

    private readonly Lock _gate = new();
    private bool? _isOnline;
    private Func<(string? Running, int Queued)> _queue = static () => (null, 0);
    private (string? Running, int Queued)? _heard;
    private (string? Running, int Queued)? _told;
    private long _toldAt;
    private ITimer? _later;
    private bool _isLater;
    private bool _isLast;

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
            _queue = state;
            var now = state();
            Tell(now);
            var isAlone = now is { Running: not null, Queued: 0 } && _told is { Running: null };
            if (_isLast || (!isAlone && (_told is null || time.GetElapsedTime(_toldAt) >= QueuePause)))
            {
                PostQueue(now);
            }
            else if (!_isLater && now != _told)
            {
                _isLater = true;
                _later ??= time.CreateTimer(_ => PostLater(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _later.Change(QueuePause, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>From here on each change is told at once: nobody may be there to tell it later.</summary>
    public void LastQueue()
    {
        lock (_gate)
        {
            _isLast = true;
            _later?.Dispose();
            PostQueue(_queue());
        }
    }

    private void PostLater()
    {
        lock (_gate)
        {
            _isLater = false;
            PostQueue(_queue());
        }
    }

    private void PostQueue((string? Running, int Queued) now)
    {
        if (now != _told)
        {
            _told = now;
            _toldAt = time.GetTimestamp();
            var id = now.Running is null ? "null" : JsonSerializer.Serialize(now.Running, BridgeJson.Relaxed.String);
            Post("queue", Encoding.UTF8.GetBytes($$"""{"running":{{id}},"queued":{{now.Queued}}}"""));
        }
    }

    /// <summary>Who watches live costs nobody else anything, and is told of each change.</summary>
    private void Tell((string? Running, int Queued) now)
    {
        if (now != _heard)
        {
            _heard = now;
            if (feed.IsHeard)
            {
                feed.Tell(new FeedEvent.Queue(serverId, now.Running, now.Queued));
            }
        }
    }

    private void Post(string datapoint, byte[] payload) =>
        outbox.Post(new MqttPublication(topics.Of(serverId, datapoint), payload, Retain: true));
}
