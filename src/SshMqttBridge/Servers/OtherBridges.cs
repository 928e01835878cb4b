using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Servers;

/// <summary>
/// Watches the other bridges on the base topic, so that no server is served twice: of two bridges that have a server in common,
/// the second one refuses it until the first one is gone. Thread-safe.
/// </summary>
/// <remarks>
/// Each bridge publishes on <c>ssh/bridge/info</c>, a shard on <c>ssh/bridge/shards/SHARD</c>, which servers it serves, again when it
/// sees a bridge for the first time. A last will on <c>ssh/bridge/state</c> does not tell whose it is: after it, all bridges announce
/// themselves again.
/// </remarks>
internal sealed partial class OtherBridges(
    TopicScheme topics,
    ServerSet servers,
    BridgeInfo info,
    CurrentOptions options,
    Outbox outbox,
    TimeProvider time,
    ILogger<OtherBridges> logger
) : IDisposable
{
    /// <summary>The code on <c>ssh/bridge/error</c> for a server that another bridge serves.</summary>
    public const string Conflict = "conflict";

    /// <summary>How long a bridge has to announce itself; see <see cref="BridgeInfo"/> for the interval of its messages.</summary>
    private static readonly TimeSpan AnnouncementTime = TimeSpan.FromSeconds(4);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, OtherBridge> _others = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unconfirmed = new(StringComparer.Ordinal);
    private ITimer? _announcements;
    private bool _isOnline;

    /// <summary>In this order: a bridge is only taken for a live one if the state is <c>online</c>.</summary>
    public IReadOnlyList<string> StateTopics => [topics.BridgeState, topics.SingleInfo, topics.Shards];

    /// <summary>Call it after a reload: refuses new servers that another bridge serves, and announces the others.</summary>
    public void ServersChanged()
    {
        lock (_gate)
        {
            foreach (var other in _others.Values)
            {
                Refuse(other, topics.SingleInfo, static _ => true);
            }
        }

        info.Announce();
    }

    /// <summary>Whether another bridge serves that server.</summary>
    public bool Serve(string serverId)
    {
        lock (_gate)
        {
            return IsClaimed(serverId);
        }
    }

    /// <summary>Handles a message on one of the bridges' topics; false: it is on another topic. Never waits.</summary>
    public bool TryHandle(MqttDelivery delivery)
    {
        if (delivery.Topic == topics.BridgeState)
        {
            OnState(delivery);
            return true;
        }

        if (delivery.Topic == topics.SingleInfo || TopicFilter.Matches(topics.Shards, delivery.Topic))
        {
            OnInfo(delivery);
            return true;
        }

        return false;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _announcements?.Dispose();
            _announcements = null;
        }
    }

    private void OnState(MqttDelivery delivery)
    {
        lock (_gate)
        {
            _isOnline = delivery.Payload.Span.SequenceEqual("online"u8);
            if (_isOnline || delivery.Retain)
            {
                return;
            }

            if (delivery.Payload.Span.SequenceEqual("offline"u8))
            {
                // One of the bridges is gone, perhaps an earlier connection of this one: the others are still there.
                _unconfirmed.UnionWith(_others.Keys);
                ExpectAnnouncements();
            }
        }

        outbox.Post(new MqttPublication(topics.BridgeState, "online"u8.ToArray(), Retain: true));
        info.Announce();
    }

    private void OnInfo(MqttDelivery delivery)
    {
        if (delivery is { PayloadBytes: 0, Retain: false } && delivery.Topic == OwnShard)
        {
            // Another shard has missed this one.
            info.Announce();
            return;
        }

        if (
            OtherBridge.InstanceOf(delivery.Payload.Span) is not { } instance
            || instance == info.Instance
            || !OtherBridge.TryRead(delivery.Payload, out var other)
            // Of the same group: it leads when this one does not.
            || (other.IsInGroup && options.Value.Group is not null)
        )
        {
            return;
        }

        lock (_gate)
        {
            if (delivery.Retain)
            {
                OnRetained(other, delivery.Topic);
            }
            else
            {
                OnAnnounced(other, delivery.Topic);
            }
        }
    }

    /// <summary>Another bridge was there before this one connected, and is perhaps still there.</summary>
    private void OnRetained(OtherBridge other, string topic)
    {
        if (!_isOnline)
        {
            return;
        }

        _others[other.Instance] = other;
        _unconfirmed.Add(other.Instance);
        Refuse(other, topic, static _ => true);
        // Removing them would hide the state that the other bridge has published.
        outbox.Withdraw(stale =>
            topics.ServerOf(stale) is { } id && servers.Find(id) is null && (other.Servers.Contains(id) || stale == topic)
        );
        ExpectAnnouncements();
    }

    private void OnAnnounced(OtherBridge other, string topic)
    {
        var isNew =
            !_others.TryGetValue(other.Instance, out var known)
            || (known.StartedAt, known.Shard) != (other.StartedAt, other.Shard);
        isNew |= _unconfirmed.Remove(other.Instance);
        _others[other.Instance] = other;
        Refuse(other, topic, self => other.IsBefore(self.Instance, self.StartedAt));
        ServeUnclaimed();
        if (isNew)
        {
            if (topic == OwnShard)
            {
                ReportSameShard(other, topic);
            }

            info.Announce();
        }
    }

    private void Refuse(OtherBridge other, string announcedOn, Func<BridgeInfo, bool> goesFirst)
    {
        foreach (var server in servers.All)
        {
            var id = server.Options.Id;
            if (!server.IsServed || !other.Servers.Contains(id) || !goesFirst(info))
            {
                continue;
            }

            server.SetServed(false);
            outbox.Withdraw(topic =>
                topic == topics.Of(id, "connection")
                || topic == topics.Of(id, "queue")
                || topic == topics.Of(id, "problem")
                || topics.IsOfAction(topic, id)
                || topic == topics.InfoOf(options.Value.Shard)
            );
            LogRefused(id, other.Instance, announcedOn);
            outbox.TryPost(
                BridgeError.Create(
                    topics.BridgeError,
                    Conflict,
                    $"The bridge '{info.Instance}' does not serve '{id}', because the bridge '{other.Instance}' serves it on the same "
                        + "base topic. Remove it from one of them, or use different base topics.",
                    null
                )
            );
            info.Announce();
        }
    }

    /// <summary>Third bridges see only the one of the two that has published last.</summary>
    private void ReportSameShard(OtherBridge other, string topic)
    {
        LogSameShard(other.Instance, topic);
        outbox.TryPost(
            BridgeError.Create(
                topics.BridgeError,
                Conflict,
                $"The bridges '{info.Instance}' and '{other.Instance}' have the same shard. Give each its own name.",
                topic
            )
        );
    }

    private void ServeUnclaimed()
    {
        foreach (var server in servers.All)
        {
            if (!server.IsServed && !IsClaimed(server.Options.Id))
            {
                LogServed(server.Options.Id);
                server.SetServed(true);
                info.Announce();
            }
        }
    }

    /// <summary>The topic on which this bridge announces itself if it is a shard.</summary>
    private string? OwnShard => options.Value.Shard is { } shard ? topics.ShardOf(shard) : null;

    private bool IsClaimed(string serverId) => _others.Values.Any(other => other.Servers.Contains(serverId));

    private void ExpectAnnouncements()
    {
        _announcements ??= time.CreateTimer(
            _ => OnAnnouncementsEnded(),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        _announcements.Change(AnnouncementTime, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Forgets the bridges that have not announced themselves: they are gone.</summary>
    private void OnAnnouncementsEnded()
    {
        lock (_gate)
        {
            foreach (var instance in _unconfirmed)
            {
                if (_others.Remove(instance, out var gone) && gone.Shard is { } shard && TopicScheme.IsShardName(shard))
                {
                    // It could not do so itself.
                    outbox.Post(new MqttPublication(topics.ShardOf(shard), default, Retain: true));
                }
            }

            _unconfirmed.Clear();
            ServeUnclaimed();
        }
    }

    [LoggerMessage(
        2130,
        LogLevel.Error,
        "{Server}: not served, because the bridge '{Other}' serves it on the same base topic ({Topic}). "
            + "Remove it from one of them, or use different base topics"
    )]
    private partial void LogRefused(string server, string other, string topic);

    [LoggerMessage(2132, LogLevel.Error, "The bridge '{Other}' has the same shard ({Topic}); give each its own name")]
    private partial void LogSameShard(string other, string topic);

    [LoggerMessage(2131, LogLevel.Information, "{Server}: served, because no other bridge serves it any more")]
    private partial void LogServed(string server);
}
