using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.HomeAssistant;

/// <summary>
/// Publishes retained discovery messages, from which Home Assistant creates devices for the bridge and its servers, and removes
/// those of an earlier run that are no longer configured.
/// </summary>
internal sealed partial class Discovery
{
    /// <summary>
    /// A random delay after Home Assistant's start: it is busy then, and many clients publish discovery messages.
    /// </summary>
    private static readonly TimeSpan MinimumDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaximumDelay = TimeSpan.FromSeconds(5);

    private readonly TopicScheme _bridgeTopics;
    private readonly Lock _gate = new();
    private readonly DiscoveryStore _store;
    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _isStored = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Holds at most one signal: Home Assistant has started.
    private readonly Channel<bool> _births = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private volatile HomeAssistantOptions _options;
    private volatile DiscoveryTopics _topics;
    private volatile IReadOnlyList<DeviceConfig> _devices;
    private readonly LatestPosts _posts;

    public Discovery(
        BridgeOptions options,
        TopicScheme topics,
        DiscoveryStore store,
        Outbox outbox,
        TimeProvider time,
        ILogger<Discovery> logger
    )
    {
        _options = options.HomeAssistant;
        _bridgeTopics = topics;
        _topics = new DiscoveryTopics(_options.DiscoveryPrefix);
        _devices = _options.Enabled ? DevicesOf(options, topics, _topics) : [];
        _store = store;
        _outbox = outbox;
        _time = time;
        _logger = logger;
        _posts = new LatestPosts(outbox);
    }

    /// <summary>The topics to subscribe to, for <see cref="TryHandle"/>.</summary>
    public static IReadOnlyList<string> FiltersOf(HomeAssistantOptions options) =>
        options.Enabled ? [new DiscoveryTopics(options.DiscoveryPrefix).Status] : [];

    /// <summary>Completes when the broker has acknowledged all messages of the start, and the store is up to date.</summary>
    public Task Stored => _isStored.Task;

    /// <summary>All devices. The bridge is first, because the servers refer to it.</summary>
    public static IReadOnlyList<DeviceConfig> DevicesOf(BridgeOptions options, TopicScheme topics, DiscoveryTopics discovery)
    {
        var names = new DiscoveryNames(options.Mqtt.BaseTopic, options.Shard);
        return
        [
            BridgeDevice.Of(options, topics, discovery, names),
            .. options.Servers.Select(server => ServerDevice.Of(server, topics, discovery, names)),
        ];
    }

    /// <summary>
    /// Handles Home Assistant's status messages, retained or not: repeated discovery is harmless. Does not wait.
    /// </summary>
    public bool TryHandle(MqttDelivery delivery)
    {
        if (!_options.Enabled || delivery.Topic != _topics.Status)
        {
            return false;
        }

        if (delivery.Payload.Span.SequenceEqual("online"u8))
        {
            _births.Writer.TryWrite(true);
        }

        return true;
    }

    /// <summary>
    /// Publishes all devices whenever Home Assistant has started, until cancelled. After a reconnect to the broker, the
    /// <see cref="Outbox"/> repeats them. Call <see cref="Start"/> first.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await Task.WhenAll(StoreAsync(stop), RepublishAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping. Unacknowledged topics remain in the store; the next start publishes them again.
        }
    }

    /// <summary>Posts all devices, and the removal of those that are no longer configured. Does not wait.</summary>
    public void Start()
    {
        lock (_gate)
        {
            Publish();
        }
    }

    /// <summary>Takes over another configuration, and posts all devices as <see cref="Start"/> does.</summary>
    public void Reload(BridgeOptions options)
    {
        lock (_gate)
        {
            _options = options.HomeAssistant;
            _topics = new DiscoveryTopics(_options.DiscoveryPrefix);
            _devices = _options.Enabled ? DevicesOf(options, _bridgeTopics, _topics) : [];
            Publish();
        }
    }

    private void Publish()
    {
        var before = Attempt(_store.Read) ?? new Dictionary<string, IReadOnlyDictionary<string, string>>();
        var now = Now();
        if (before.Count == 0 && now.Count == 0)
        {
            _isStored.TrySetResult();
            return;
        }

        // Stored before publishing, so that after a crash no topic at the broker is unknown to the store.
        var both = before
            .Concat(now)
            .GroupBy(topic => topic.Key, StringComparer.Ordinal)
            .ToDictionary(
                topic => topic.Key,
                IReadOnlyDictionary<string, string> (topic) =>
                    topic
                        .SelectMany(components => components.Value)
                        .GroupBy(component => component.Key, StringComparer.Ordinal)
                        .ToDictionary(component => component.Key, component => component.Last().Value, StringComparer.Ordinal),
                StringComparer.Ordinal
            );
        Attempt(() => _store.Write(both));
        _posts.Post(Messages(before));
    }

    /// <summary>The removals, then the devices.</summary>
    private List<MqttPublication> Messages(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> before)
    {
        var messages = new List<MqttPublication>();
        foreach (var topic in before.Keys.Where(topic => _devices.All(device => device.Topic != topic)))
        {
            messages.Add(new MqttPublication(topic, default, Retain: true));
        }

        foreach (var device in _devices)
        {
            var stale = (before.GetValueOrDefault(device.Topic) ?? new Dictionary<string, string>())
                .Where(component => device.Components.All(other => other.Key != component.Key))
                .ToList();
            if (stale.Count > 0)
            {
                // For a running Home Assistant. Not retained, because one that starts later never knew these components.
                messages.Add(new MqttPublication(device.Topic, device.ToJson(stale)));
            }

            messages.Add(new MqttPublication(device.Topic, device.ToJson(), Retain: true));
        }

        return messages;
    }

    /// <summary>Removes stale topics from the store when the broker has acknowledged their removal.</summary>
    private async Task StoreAsync(CancellationToken stop)
    {
        while (true)
        {
            await _posts.WaitAsync(stop);
            lock (_gate)
            {
                if (!_posts.AreAcknowledged)
                {
                    continue; // A reload has posted more.
                }

                var before = Attempt(_store.Read)?.Keys ?? [];
                var now = Now();
                Attempt(() => _store.Write(now));
                foreach (var topic in before.Except(now.Keys, StringComparer.Ordinal))
                {
                    LogRemoved(topic);
                }
            }

            _isStored.TrySetResult();
        }
    }

    private async Task RepublishAsync(CancellationToken stop)
    {
        while (await _births.Reader.WaitToReadAsync(stop))
        {
            var delay = MinimumDelay + (MaximumDelay - MinimumDelay) * Random.Shared.NextDouble();
            await Task.Delay(delay, _time, stop);
            // Only now, so that this run also serves a signal during the delay.
            _births.Reader.TryRead(out _);
            LogRepublished(_devices.Count);
            foreach (var device in _devices)
            {
                _outbox.PostCoalesced(new MqttPublication(device.Topic, device.ToJson(), Retain: true));
            }
        }
    }

    private Dictionary<string, IReadOnlyDictionary<string, string>> Now() =>
        _devices.ToDictionary(device => device.Topic, device => device.Platforms, StringComparer.Ordinal);

    private T? Attempt<T>(Func<T> act)
        where T : class
    {
        try
        {
            return act();
        }
        catch (IOException exception)
        {
            LogStoreFailed(exception.Message);
            return null;
        }
    }

    private void Attempt(Action act) =>
        Attempt<object>(() =>
        {
            act();
            return this;
        });

    [LoggerMessage(6000, LogLevel.Information, "Removed stale discovery topic {Topic}")]
    private partial void LogRemoved(string topic);

    [LoggerMessage(6001, LogLevel.Debug, "Re-published discovery for {Count} devices")]
    private partial void LogRepublished(int count);

    [LoggerMessage(
        6002,
        LogLevel.Warning,
        "Could not access the discovery store: {Cause}. Delete devices that are no longer configured manually"
    )]
    private partial void LogStoreFailed(string cause);
}
