namespace SshMqttBridge.Transfers;

/// <summary>
/// Tells how far a transfer is: each half second, from a timer, and once more at the end if it has told before. The loop that copies only adds to a number. Used by one loop;
/// the timer may run beside it.
/// </summary>
/// <param name="tell">Called by one thread at a time, in order; null: nobody wants to know. Must neither throw nor wait.</param>
/// <param name="peerTaken">How much the peer has taken in of what it was sent, as <see cref="Ssh.IRemoteProcess.InputTakenBytes"/>; not looked at after disposal.</param>
internal sealed class ProgressWatch(TimeProvider time, Action<TransferProgress>? tell, Func<long> peerTaken) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// More is not taken to be under way, whatever the peer's window says: one that opens it wide at the start has no need to open it further. OpenSSH's is 2 MiB.
    /// </summary>
    private const long MostUnderWayBytes = 4 << 20;

    private readonly Lock _gate = new();
    private ITimer? _timer;
    private bool _isOver;
    private bool _isUpload;
    private long _takenAtStart;
    private long _total;
    private long _moved;
    private long _started;
    private TransferProgress? _told;
    private long _toldAt;

    /// <summary>The content begins.</summary>
    /// <param name="total">The file's size.</param>
    /// <param name="isUpload">Whether what moved was only sent, and may still be on its way.</param>
    public void Begin(long total, bool isUpload)
    {
        if (tell is null)
        {
            return;
        }

        (_total, _isUpload, _moved) = (total, isUpload, 0);
        _takenAtStart = isUpload ? peerTaken() : 0;
        _started = _toldAt = time.GetTimestamp();
        lock (_gate)
        {
            // Set anew each time: what comes late is not made up for by two at once.
            _timer = time.CreateTimer(
                static watch => ((ProgressWatch)watch!).Tick(),
                this,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>So many more bytes were sent, or have come.</summary>
    public void Moved(int bytes) => Volatile.Write(ref _moved, _moved + bytes);

    /// <summary>All has moved, and the peer has said that it is well.</summary>
    public void Finish()
    {
        Dispose();
        if (_told is not null)
        {
            Tell(_total, _started, isLast: true);
        }
    }

    /// <summary>From here on nothing is told or looked at.</summary>
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
                Tell(Math.Max(Arrived(), _told?.Bytes ?? 0), _toldAt, isLast: false);
                _timer!.Change(Interval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private long Arrived()
    {
        var moved = Volatile.Read(ref _moved);
        return _isUpload ? Math.Min(moved, Math.Max(peerTaken() - _takenAtStart, moved - MostUnderWayBytes)) : moved;
    }

    private void Tell(long bytes, long since, bool isLast)
    {
        var before = isLast ? 0 : _told?.Bytes ?? 0;
        var seconds = time.GetElapsedTime(since).TotalSeconds;
        _told = new TransferProgress(bytes, _total, seconds > 0 ? (long)((bytes - before) / seconds) : 0, isLast);
        _toldAt = time.GetTimestamp();
        tell!(_told);
    }
}
