using SshMqttBridge.Ssh;

namespace SshMqttBridge.Output;

/// <summary>
/// Publishes the output of one running command: immediately after a pause, then every 50 ms, and only the latest part of a flood.
/// Never waits. Thread-safe.
/// </summary>
internal sealed class OutputBroadcaster : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly IOutputSink _sink;
    private readonly BoundedOutput[] _streams = [new(), new()];
    private readonly ITimer _timer;
    private bool _isPausing;
    private bool _isFinished;

    public OutputBroadcaster(IOutputSink sink, TimeProvider time)
    {
        _sink = sink;
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Adds output; the caller may reuse the memory afterwards.</summary>
    public void Add(OutputStream stream, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _streams[(int)stream].Add(bytes);
            if (!_isPausing)
            {
                PublishAndPause();
            }
        }
    }

    /// <summary>Publishes the rest.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isFinished = true;
            while (PublishPending(isLast: true))
            {
                // Until all output is published.
            }
        }

        _timer.Dispose();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (!_isFinished)
            {
                PublishAndPause();
            }
        }
    }

    private void PublishAndPause()
    {
        _isPausing = !_sink.IsReady || PublishPending(isLast: false);
        if (_isPausing)
        {
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Publishes one piece of each stream with pending output; false if there is none.</summary>
    private bool PublishPending(bool isLast)
    {
        var hasPublished = false;
        for (var stream = 0; stream < _streams.Length; stream++)
        {
            if (_streams[stream].TryTake(isLast, out var text, out var skipped))
            {
                _sink.Publish((OutputStream)stream, text, skipped);
                hasPublished = true;
            }
        }

        return hasPublished;
    }
}
