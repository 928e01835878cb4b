namespace SshMqttBridge.Common;

/// <summary>A token that is cancelled after a time or with another token. Reports which of the two happened.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;
    private readonly CancellationToken _cancellationToken;

    /// <param name="time">Starts now.</param>
    /// <param name="clock">Measures the time.</param>
    /// <param name="cancellationToken">Cancels <see cref="Token"/> too.</param>
    public Deadline(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        _timer = new CancellationTokenSource(time, clock);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellationToken);
        _cancellationToken = cancellationToken;
    }

    public CancellationToken Token => _linked.Token;

    /// <summary>Whether the time has passed and the other token is not cancelled: for exception filters.</summary>
    public bool HasPassed => _timer.IsCancellationRequested && !_cancellationToken.IsCancellationRequested;

    /// <summary>Sets the time that is left. Any thread; no effect after the end.</summary>
    public void Reset(TimeSpan left)
    {
        try
        {
            _timer.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
        catch (ObjectDisposedException)
        {
            // Just ended.
        }
    }

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
