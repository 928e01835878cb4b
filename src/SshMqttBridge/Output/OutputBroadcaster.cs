using SshMqttBridge.Events;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Output;

/// <summary>
/// Tells the feed what one running command prints: at once what comes after a pause, then every 50 ms, and of a flood no more than a person could look at.
/// Never waits, and keeps next to nothing while nobody listens. Thread-safe.
/// </summary>
internal sealed class OutputBroadcaster : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly EventBus _events;
    private readonly string _server;
    private readonly string _commandId;
    private readonly BoundedOutput[] _streams = [new(), new()];
    private readonly ITimer _timer;
    private bool _isPausing;
    private bool _isFinished;

    public OutputBroadcaster(EventBus events, string server, string commandId, TimeProvider time)
    {
        (_events, _server, _commandId) = (events, server, commandId);
        _timer = time.CreateTimer(_ => PauseIsOver(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes the next piece of output; its memory may be used for something else afterwards.</summary>
    public void Add(OutputStream stream, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _streams[(int)stream].Add(bytes);
            if (!_isPausing)
            {
                TellAndPause();
            }
        }
    }

    /// <summary>Tells the rest.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isFinished = true;
            while (TellOnce(isLast: true))
            {
                // Until nothing is left.
            }
        }

        _timer.Dispose();
    }

    private void PauseIsOver()
    {
        lock (_gate)
        {
            if (!_isFinished)
            {
                TellAndPause();
            }
        }
    }

    private void TellAndPause()
    {
        _isPausing = TellOnce(isLast: false);
        if (_isPausing)
        {
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Tells one event of each stream that has something; false if none has.</summary>
    private bool TellOnce(bool isLast)
    {
        var told = false;
        for (var stream = 0; stream < _streams.Length; stream++)
        {
            if (_streams[stream].TryTake(isLast, out var text, out var skipped))
            {
                _events.Publish(new ServerEvent.Output(_server, _commandId, (OutputStream)stream, text, skipped));
                told = true;
            }
        }

        return told;
    }
}
