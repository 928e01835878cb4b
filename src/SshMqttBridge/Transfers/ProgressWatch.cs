namespace SshMqttBridge.Transfers;

/// <summary>
/// Reports the progress of a transfer every half second from a timer, and at the end if it has reported before. The copying loop
/// only adds to a number. Used by one loop; the timer may run in parallel.
/// </summary>
/// <param name="report">Called by one thread at a time, in order; null: no reports. Must neither throw nor wait.</param>
/// <param name="peerTaken">How many bytes the peer has read, like <see cref="Ssh.IRemoteProcess.InputTakenBytes"/>; not called
/// after disposal.</param>
internal sealed class ProgressWatch(TimeProvider time, Action<TransferProgress>? report, Func<long> peerTaken) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// The maximum number of bytes that count as in flight, regardless of the peer's window: a peer that opens it wide at the
    /// start need not widen it. OpenSSH's is 2 MiB.
    /// </summary>
    private const long MaximumInFlightBytes = 4 << 20;

    private readonly Lock _gate = new();
    private ITimer? _timer;
    private bool _isOver;
    private bool _isUpload;
    private long _takenAtStart;
    private long _total;
    private long _moved;
    private long _started;
    private TransferProgress? _lastReport;
    private long _reportedAt;

    /// <summary>The content of the file follows.</summary>
    /// <param name="total">The file's size.</param>
    /// <param name="isUpload">Whether the moved bytes were only sent, and may still be in flight.</param>
    public void Begin(long total, bool isUpload)
    {
        if (report is null)
        {
            return;
        }

        (_total, _isUpload, _moved) = (total, isUpload, 0);
        _takenAtStart = isUpload ? peerTaken() : 0;
        _started = _reportedAt = time.GetTimestamp();
        lock (_gate)
        {
            // Set for one tick at a time: a late tick is not followed by two at once.
            _timer = time.CreateTimer(
                static watch => ((ProgressWatch)watch!).Tick(),
                this,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>So many more bytes were sent or received.</summary>
    public void Moved(int bytes) => Volatile.Write(ref _moved, _moved + bytes);

    /// <summary>All bytes have been copied, and the peer has acknowledged them.</summary>
    public void Finish()
    {
        Dispose();
        if (_lastReport is not null)
        {
            Report(_total, _started, isLast: true);
        }
    }

    /// <summary>Stops the reports.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _timer?.Dispose();
        }
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                Report(Math.Max(Arrived(), _lastReport?.Bytes ?? 0), _reportedAt, isLast: false);
                _timer!.Change(Interval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private long Arrived()
    {
        var moved = Volatile.Read(ref _moved);
        return _isUpload ? Math.Min(moved, Math.Max(peerTaken() - _takenAtStart, moved - MaximumInFlightBytes)) : moved;
    }

    private void Report(long bytes, long since, bool isLast)
    {
        var before = isLast ? 0 : _lastReport?.Bytes ?? 0;
        var seconds = time.GetElapsedTime(since).TotalSeconds;
        _lastReport = new TransferProgress(bytes, _total, seconds > 0 ? (long)((bytes - before) / seconds) : 0, isLast);
        _reportedAt = time.GetTimestamp();
        report!(_lastReport);
    }
}
