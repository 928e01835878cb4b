namespace SshMqttBridge.Transfers;

/// <summary>
/// Cancels its token when no bytes have moved for a time. A call for each block is cheap: it only reads the clock.
/// </summary>
internal sealed class StallWatch : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly Func<long> _peerProgress;
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;
    private long _lastMoved;
    private long _lastPeerProgress;
    private long _lastCheck;

    /// <param name="timeout">How long a transfer may stall; detected at most a quarter of that later.</param>
    /// <param name="peerProgress">A number that changes with the peer's own progress, read periodically on a timer's
    /// thread.</param>
    /// <param name="cancellationToken">Cancels <see cref="Token"/> too.</param>
    public StallWatch(TimeProvider time, TimeSpan timeout, Func<long> peerProgress, CancellationToken cancellationToken)
    {
        (_time, _timeout, _peerProgress) = (time, timeout, peerProgress);
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _source.Token;
        _lastPeerProgress = peerProgress();
        Moved();
        _lastCheck = time.GetTimestamp();
        _timer = time.CreateTimer(static watch => ((StallWatch)watch!).Check(), this, timeout / 4, timeout / 4);
    }

    public CancellationToken Token { get; }

    /// <summary>Whether the token was cancelled because of a stall.</summary>
    public bool HasStalled { get; private set; }

    public void Moved() => Volatile.Write(ref _lastMoved, _time.GetTimestamp());

    /// <summary>Waits for the timer, so that <c>peerProgress</c> is not called afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _source.Dispose();
    }

    private void Check()
    {
        var peerProgress = _peerProgress();
        // A check that is late: the bridge itself did not run, and what the peer sent meanwhile has not been read yet.
        var isLate = _time.GetElapsedTime(_lastCheck) >= _timeout / 2;
        _lastCheck = _time.GetTimestamp();
        if (isLate || peerProgress != _lastPeerProgress)
        {
            _lastPeerProgress = peerProgress;
            Moved();
        }
        else if (!_source.IsCancellationRequested && _time.GetElapsedTime(Volatile.Read(ref _lastMoved)) >= _timeout)
        {
            HasStalled = true;
            _source.Cancel();
        }
    }
}
