using System.Text;
using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Servers;

/// <summary>Publishes changes of a server's state on <c>connection</c>, <c>queue</c> and <c>problem</c>. Thread-safe.</summary>
/// <param name="server">The server.</param>
/// <param name="hasProblemTopic">Whether to publish <c>problem</c>.</param>
/// <param name="topics">The bridge's topics.</param>
/// <param name="outbox">Sends the messages.</param>
/// <param name="events">Receives the changes, too.</param>
/// <param name="time">The clock.</param>
internal sealed class ServerTopics(
    ServerOptions server,
    Func<bool> hasProblemTopic,
    TopicScheme topics,
    Outbox outbox,
    EventBus events,
    TimeProvider time
)
{
    /// <summary>
    /// Within this time, <see cref="MaximumQueueMessages"/> changes of <c>queue</c> are published at once, and the last one at
    /// its end. With more commands per second, publishing each change would cost as much as running them.
    /// </summary>
    public static readonly TimeSpan QueueInterval = TimeSpan.FromMilliseconds(50);

    public const int MaximumQueueMessages = 8;

    private readonly string _serverId = server.Id;
    private readonly Lock _gate = new();
    private readonly ServerProblem _problem = new(server);
    private ServerOptions _server = server;
    private bool? _isOnline;
    private Func<(string? Running, int Queued)> _queue = static () => (null, 0);
    private (string? Running, int Queued)? _lastEvent;
    private (string? Running, int Queued)? _published;
    private long _intervalStart;
    private int _publishedCount;
    private ITimer? _deferred;
    private bool _isDeferred;
    private bool _isStopping;
    private bool _isServed = true;

    /// <summary>Sets whether to publish the server's state: another bridge may publish it on the same topics.</summary>
    public void SetServed(bool isServed)
    {
        lock (_gate)
        {
            if (_isServed == isServed)
            {
                return;
            }

            _isServed = isServed;
            if (isServed)
            {
                PublishAgain();
            }
        }
    }

    /// <summary>Publishes the state again, if it is known.</summary>
    public void PublishAgain()
    {
        lock (_gate)
        {
            if (_isOnline is { } isOnline)
            {
                PostConnection(isOnline);
                _published = null;
                PostQueue(_queue());
                PostProblem();
            }
        }
    }

    /// <summary>Publishes that nothing has run yet: no problem is known, and no state of an action.</summary>
    public void NothingYet()
    {
        lock (_gate)
        {
            PostProblem();
            PostInitial(_server);
        }
    }

    /// <summary>Takes over other options, and publishes that nothing is known of the actions that have changed.</summary>
    public void Reconfigure(ServerOptions options)
    {
        lock (_gate)
        {
            var changed = options.Actions.Except(_server.Actions);
            _server = options;
            PostInitial(options with { Actions = [.. changed] });
            if (_problem.Reconfigure(options))
            {
                PostProblem();
            }
        }
    }

    /// <summary>Whether the last command, or the last run of an action, failed.</summary>
    public bool HasProblem
    {
        get
        {
            lock (_gate)
            {
                return _problem.Exists;
            }
        }
    }

    /// <summary>Publishes whether there is a problem, if a result has changed that.</summary>
    /// <returns>Whether it has.</returns>
    public bool Ended(CommandResult result)
    {
        lock (_gate)
        {
            if (!_problem.Add(result))
            {
                return false;
            }

            PostProblem();
            return true;
        }
    }

    public void Connection(bool isOnline)
    {
        lock (_gate)
        {
            if (_isOnline != isOnline)
            {
                _isOnline = isOnline;
                PostConnection(isOnline);
            }
        }
    }

    /// <summary>Publishes the status as an event. Not for concurrent calls.</summary>
    public void Status(ConnectionStatus status)
    {
        if (events.HasSubscribers)
        {
            events.Publish(new ServerEvent.Connection(_serverId, status));
        }
    }

    /// <param name="state">Returns the id of the running command, null for none, and the number of queued ones. Called under a
    /// lock, so the last message has the latest state.</param>
    public void Queue(Func<(string? Running, int Queued)> state)
    {
        lock (_gate)
        {
            _queue = state;
            var now = state();
            PublishEvent(now);
            if (_isStopping || MayPostNow())
            {
                PostQueue(now);
            }
            else if (!_isDeferred && now != _published)
            {
                _isDeferred = true;
                _deferred ??= time.CreateTimer(_ => PostDeferred(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                var left = QueueInterval - time.GetElapsedTime(_intervalStart);
                _deferred.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Publishes the state now, and each later change at once: the server is shutting down.</summary>
    public void PublishFinalQueue()
    {
        lock (_gate)
        {
            _isStopping = true;
            _deferred?.Dispose();
            PostQueue(_queue());
        }
    }

    private bool MayPostNow()
    {
        if (time.GetElapsedTime(_intervalStart) >= QueueInterval)
        {
            _intervalStart = time.GetTimestamp();
            _publishedCount = 0;
        }

        return _publishedCount < MaximumQueueMessages;
    }

    private void PostDeferred()
    {
        lock (_gate)
        {
            _isDeferred = false;
            PostQueue(_queue());
        }
    }

    private void PostQueue((string? Running, int Queued) now)
    {
        if (now != _published)
        {
            _published = now;
            _publishedCount++;
            var id = now.Running is null ? "null" : JsonSerializer.Serialize(now.Running, BridgeJson.Relaxed.String);
            Post("queue", Encoding.UTF8.GetBytes($$"""{"running":{{id}},"queued":{{now.Queued}}}"""));
        }
    }

    /// <summary>Publishes each change as an event, without a limit.</summary>
    private void PublishEvent((string? Running, int Queued) now)
    {
        if (now != _lastEvent)
        {
            _lastEvent = now;
            if (events.HasSubscribers)
            {
                events.Publish(new ServerEvent.Queue(_serverId, now.Running, now.Queued));
            }
        }
    }

    private void PostInitial(ServerOptions options)
    {
        foreach (var message in ActionTopics.Initial(options, topics))
        {
            Post(message);
        }
    }

    private void PostProblem()
    {
        if (hasProblemTopic())
        {
            Post("problem", _problem.ToJson());
        }
    }

    private void PostConnection(bool isOnline) => Post("connection", isOnline ? "online"u8.ToArray() : "offline"u8.ToArray());

    private void Post(string datapoint, byte[] payload) =>
        Post(new MqttPublication(topics.Of(_serverId, datapoint), payload, Retain: true));

    private void Post(MqttPublication message)
    {
        if (_isServed)
        {
            outbox.Post(message);
        }
    }
}
