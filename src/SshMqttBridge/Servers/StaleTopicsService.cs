using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Servers;

/// <summary>
/// Removes retained messages of earlier runs from the broker if the current configuration does not publish on their topics:
/// those of a removed server or action, or of another base topic. Starts before MQTT.
/// </summary>
internal sealed partial class StaleTopicsService : BackgroundService
{
    private readonly CurrentOptions _options;
    private readonly TopicScheme _topics;
    private readonly RetainedTopicsFile _file;
    private readonly ILogger<StaleTopicsService> _logger;
    private readonly LatestPosts _posts;
    private readonly Lock _gate = new();
    private TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    public StaleTopicsService(
        CurrentOptions options,
        TopicScheme topics,
        RetainedTopicsFile file,
        Outbox outbox,
        ILogger<StaleTopicsService> logger
    )
    {
        _options = options;
        _topics = topics;
        _file = file;
        _logger = logger;
        _posts = new LatestPosts(outbox);
    }

    /// <summary>Completes when the broker has acknowledged all removals, and the file is up to date.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Posts the removals. Does not wait.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Prepare([]);
        RemoveStale();
        return base.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Records the topics of the configuration in force. Call it before anything is published on new ones, so that the file has every
    /// topic that the broker has, also after a crash.
    /// </summary>
    /// <param name="ending">Servers of the configuration before: they may still publish, on the same names of topics.</param>
    public void Prepare(IEnumerable<ServerOptions> ending)
    {
        lock (_gate)
        {
            var recorded = Read();
            var current = Of(_options.Value with { Servers = [.. _options.Value.Servers, .. ending] }).Distinct().ToList();
            // Their removal, which may be under way, is not the last message on them.
            _removed.ExceptWith(current);
            if (current.Except(recorded, StringComparer.Ordinal).Any())
            {
                TryWrite([.. current, .. recorded.Except(current, StringComparer.Ordinal)]);
            }
        }
    }

    /// <summary>
    /// Posts the removal of the recorded topics that the configuration in force does not have. Call it after everything on them was
    /// posted. Does not wait.
    /// </summary>
    public void RemoveStale()
    {
        lock (_gate)
        {
            string[] stale = [.. Read().Except(Current(), StringComparer.Ordinal)];
            if (stale.Length == 0)
            {
                _settled.TrySetResult();
                return;
            }

            _settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _removed.UnionWith(stale);
            _posts.Post([.. stale.Select(topic => new MqttPublication(topic, default, Retain: true))]);
        }
    }

    /// <summary>Removes the stale topics from the file when the broker has acknowledged all of them.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // If the bridge is stopped or killed before, the next start removes the topics again.
        while (true)
        {
            await _posts.WaitAsync(stoppingToken);
            lock (_gate)
            {
                if (_posts.AreAcknowledged)
                {
                    // Other topics may have become stale meanwhile, by a reload that has not posted their removal yet.
                    TryWrite([.. Read().Except(_removed, StringComparer.Ordinal).Union(Current(), StringComparer.Ordinal)]);
                    if (_removed.FirstOrDefault() is { } topic)
                    {
                        LogRemoved(_removed.Count, topic);
                    }

                    _removed.Clear();
                    _settled.TrySetResult();
                }
            }
        }
    }

    /// <summary>Without retained messages the bridge can neither add topics nor remove any.</summary>
    private IReadOnlyList<string> Of(BridgeOptions options) => options.Mqtt.Retain ? RetainedTopics.Of(options, _topics) : Read();

    private IReadOnlyList<string> Current() => Of(_options.Value);

    private IReadOnlyList<string> Read()
    {
        try
        {
            return _file.Read();
        }
        catch (IOException exception)
        {
            LogFileFailed(exception.Message);
            return [];
        }
    }

    private void TryWrite(IReadOnlyList<string> recorded)
    {
        try
        {
            _file.Write(recorded);
        }
        catch (IOException exception)
        {
            LogFileFailed(exception.Message);
        }
    }

    [LoggerMessage(
        2120,
        LogLevel.Information,
        "Removed {Count} retained topics that are no longer configured, among them {Topic}"
    )]
    private partial void LogRemoved(int count, string topic);

    [LoggerMessage(
        2121,
        LogLevel.Warning,
        "Could not access the list of retained topics: {Cause}. "
            + "Clear the topics of servers that are no longer configured manually"
    )]
    private partial void LogFileFailed(string cause);
}
