using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Servers;

/// <summary>
/// Removes retained messages of earlier runs from the broker if the current configuration does not publish on their topics:
/// those of a removed server or action, or of another base topic. Starts before MQTT.
/// </summary>
internal sealed partial class StaleTopicsService(
    BridgeOptions options,
    TopicScheme topics,
    RetainedTopicsFile file,
    Outbox outbox,
    ILogger<StaleTopicsService> logger
) : BackgroundService
{
    private readonly IReadOnlyList<string> _current = RetainedTopics.Of(options, topics);
    private readonly TaskCompletionSource _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _unacknowledged;
    private bool _isRemoving;

    /// <summary>Posts the removals. Does not wait.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Without retained messages the bridge can neither add topics nor remove any.
        if (options.Mqtt.Retain)
        {
            Start();
        }

        return base.StartAsync(cancellationToken);
    }

    /// <summary>Removes the stale topics from the file when the broker has acknowledged all of them.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_isRemoving)
        {
            return;
        }

        // If the bridge is stopped or killed before, the next start removes the topics again.
        await _acknowledged.Task.WaitAsync(stoppingToken);
        TryWrite(_current);
    }

    private void Start()
    {
        var recorded = Read();
        string[] stale = [.. recorded.Except(_current, StringComparer.Ordinal)];
        if (_current.Except(recorded, StringComparer.Ordinal).Any())
        {
            // Before publishing, so that the file has every topic that the broker has, also after a crash.
            TryWrite([.. _current, .. stale]);
        }

        if (stale.Length == 0)
        {
            return;
        }

        LogRemoving(stale.Length, stale[0]);
        _isRemoving = true;
        _unacknowledged = stale.Length;
        foreach (var topic in stale)
        {
            outbox.Post(new MqttPublication(topic, default, Retain: true), OnCompleted);
        }
    }

    private void OnCompleted()
    {
        if (Interlocked.Decrement(ref _unacknowledged) == 0)
        {
            _acknowledged.TrySetResult();
        }
    }

    private IReadOnlyList<string> Read()
    {
        try
        {
            return file.Read();
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
            file.Write(recorded);
        }
        catch (IOException exception)
        {
            LogFileFailed(exception.Message);
        }
    }

    [LoggerMessage(
        2120,
        LogLevel.Information,
        "Removing {Count} retained topics that are no longer configured, the first one is {Topic}"
    )]
    private partial void LogRemoving(int count, string topic);

    [LoggerMessage(
        2121,
        LogLevel.Warning,
        "Could not access the list of retained topics: {Cause}. "
            + "Clear the topics of servers that are no longer configured manually"
    )]
    private partial void LogFileFailed(string cause);
}
