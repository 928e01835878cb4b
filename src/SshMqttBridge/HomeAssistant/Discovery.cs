using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.HomeAssistant;

/// <summary>
/// Tells Home Assistant about the bridge and its servers, by retained messages that it makes devices of, and about what is gone since the last run.
/// </summary>
internal sealed partial class Discovery
{
    /// <summary>When Home Assistant starts it has much to do, and many who tell it about themselves: they wait for different times.</summary>
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly HomeAssistantOptions _options;
    private readonly DiscoveryTopics _topics;
    private readonly IReadOnlyList<DeviceConfig> _devices;
    private readonly DiscoveryStore _published;
    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _remembered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Holds one signal at the most: that Home Assistant has started.
    private readonly Channel<bool> _births = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private int _unsettled;

    public Discovery(
        BridgeOptions options,
        TopicScheme topics,
        DiscoveryStore published,
        Outbox outbox,
        TimeProvider time,
        ILogger<Discovery> logger
    )
    {
        _options = options.HomeAssistant;
        _topics = new DiscoveryTopics(_options.DiscoveryPrefix);
        _devices = _options.Enabled ? DevicesOf(options, topics, _topics) : [];
        _published = published;
        _outbox = outbox;
        _time = time;
        _logger = logger;
    }

    /// <summary>What to subscribe to, for <see cref="TryHandle"/>.</summary>
    public IReadOnlyList<string> Filters => _options.Enabled ? [_topics.Status] : [];

    /// <summary>Completes when the broker has all that there was to tell at the start, and what is gone is forgotten.</summary>
    public Task Remembered => _remembered.Task;

    /// <summary>All that is told, the bridge first: the servers refer to it.</summary>
    public static IReadOnlyList<DeviceConfig> DevicesOf(BridgeOptions options, TopicScheme topics, DiscoveryTopics discovery)
    {
        var names = new DiscoveryNames(options.Mqtt.BaseTopic);
        return
        [
            BridgeDevice.Of(options, topics, discovery, names),
            .. options.Servers.Select(server => ServerDevice.Of(server, topics, discovery, names)),
        ];
    }

    /// <summary>Takes a message if it is Home Assistant's, retained or not: telling it all once more does no harm. Never waits.</summary>
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
    /// Publishes all devices whenever Home Assistant has started, until cancelled. After a reconnect to the broker the <see cref="Outbox"/> repeats them.
    /// Call <see cref="Start"/> before.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await Task.WhenAll(RememberAsync(stop), WelcomeAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop. What the broker had not acknowledged by then stays in the file, and is told again at the next start.
        }
    }

    /// <summary>Posts all devices, and the removal of those that an earlier run published and that are no longer configured. Does not wait.</summary>
    public void Start()
    {
        var before = Attempt(_published.Read) ?? new Dictionary<string, IReadOnlyDictionary<string, string>>();
        var now = Now();
        if (before.Count == 0 && now.Count == 0)
        {
            _remembered.TrySetResult();
            return;
        }

        // Before anything is said, so that a crash leaves nothing behind at the broker that nobody knows of.
        var both = before
            .Concat(now)
            .GroupBy(topic => topic.Key, StringComparer.Ordinal)
            .ToDictionary(
                topic => topic.Key,
                IReadOnlyDictionary<string, string> (topic) =>
                    topic
                        .SelectMany(told => told.Value)
                        .GroupBy(component => component.Key, StringComparer.Ordinal)
                        .ToDictionary(component => component.Key, component => component.Last().Value, StringComparer.Ordinal),
                StringComparer.Ordinal
            );
        Attempt(() => _published.Write(both));
        Post(Messages(before));
    }

    /// <summary>In their order: what is gone, then what there is.</summary>
    private List<MqttPublication> Messages(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> before)
    {
        var messages = new List<MqttPublication>();
        foreach (var topic in before.Keys.Where(topic => _devices.All(device => device.Topic != topic)))
        {
            messages.Add(new MqttPublication(topic, default, Retain: true));
            LogRemoved(topic);
        }

        foreach (var device in _devices)
        {
            var gone = (before.GetValueOrDefault(device.Topic) ?? new Dictionary<string, string>())
                .Where(component => device.Components.All(other => other.Key != component.Key))
                .ToList();
            if (gone.Count > 0)
            {
                // For a Home Assistant that has them now. Not kept by the broker: a later one is not to hear of them any more.
                messages.Add(new MqttPublication(device.Topic, device.ToJson(gone)));
            }

            messages.Add(new MqttPublication(device.Topic, device.ToJson(), Retain: true));
        }

        return messages;
    }

    private void Post(List<MqttPublication> messages)
    {
        _unsettled = messages.Count;
        foreach (var message in messages)
        {
            _outbox.Post(message, OnCompleted);
        }
    }

    private void OnCompleted()
    {
        if (Interlocked.Decrement(ref _unsettled) == 0)
        {
            _settled.TrySetResult();
        }
    }

    /// <summary>Forgets what is gone when the broker has heard of it.</summary>
    private async Task RememberAsync(CancellationToken stop)
    {
        if (Remembered.IsCompleted)
        {
            return; // There is nothing to tell.
        }

        await _settled.Task.WaitAsync(stop);
        Attempt(() => _published.Write(Now()));
        _remembered.TrySetResult();
    }

    private async Task WelcomeAsync(CancellationToken stop)
    {
        while (await _births.Reader.WaitToReadAsync(stop))
        {
            var delay = ShortestDelay + (LongestDelay - ShortestDelay) * Random.Shared.NextDouble();
            await Task.Delay(delay, _time, stop);
            // Only now, so that one that comes meanwhile is served too.
            _births.Reader.TryRead(out _);
            LogWelcome(_devices.Count);
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
            LogFile(exception.Message);
            return null;
        }
    }

    private void Attempt(Action act) =>
        Attempt<object>(() =>
        {
            act();
            return this;
        });

    [LoggerMessage(6000, LogLevel.Information, "Home Assistant: {Topic} is gone from the configuration and is removed there")]
    private partial void LogRemoved(string topic);

    [LoggerMessage(6001, LogLevel.Debug, "Home Assistant has started: {Count} device(s) told again")]
    private partial void LogWelcome(int count);

    [LoggerMessage(
        6002,
        LogLevel.Warning,
        "{Message}. What is taken out of the configuration may have to be deleted in Home Assistant by hand"
    )]
    private partial void LogFile(string message);
}
