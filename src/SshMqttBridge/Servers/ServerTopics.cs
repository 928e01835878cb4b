using System.Text;
using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Events;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Servers;

/// <summary>Publishes what a server's state is: <c>connection</c> and <c>queue</c>, each when it has changed. Thread-safe.</summary>
internal sealed class ServerTopics(string serverId, TopicScheme topics, Outbox outbox, EventBus events, TimeProvider time)
{
    /// <summary>
    /// Within this time <c>queue</c> is told at once <see cref="MostQueues"/> times, and then once more at its end: where commands come and go faster than that, telling each change
    /// would cost as much as running them.
    /// </summary>
    public static readonly TimeSpan QueuePause = TimeSpan.FromMilliseconds(50);

    public const int MostQueues = 8;

    private readonly Lock _gate = new();
    private bool? _isOnline;
    private Func<(string? Running, int Queued)> _queue = static () => (null, 0);
    private (string? Running, int Queued)? _heard;
    private (string? Running, int Queued)? _told;
    private long _toldSince;
    private int _toldTimes;
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
                if (events.HasSubscribers)
                {
                    events.Publish(new ServerEvent.Connection(serverId, isOnline));
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
            if (_isLast || MayTellNow())
            {
                PostQueue(now);
            }
            else if (!_isLater && now != _told)
            {
                _isLater = true;
                _later ??= time.CreateTimer(_ => PostLater(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                var left = QueuePause - time.GetElapsedTime(_toldSince);
                _later.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
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

    private bool MayTellNow()
    {
        if (time.GetElapsedTime(_toldSince) >= QueuePause)
        {
            _toldSince = time.GetTimestamp();
            _toldTimes = 0;
        }

        return _toldTimes < MostQueues;
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
            _toldTimes++;
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
            if (events.HasSubscribers)
            {
                events.Publish(new ServerEvent.Queue(serverId, now.Running, now.Queued));
            }
        }
    }

    private void Post(string datapoint, byte[] payload) =>
        outbox.Post(new MqttPublication(topics.Of(serverId, datapoint), payload, Retain: true));
}
