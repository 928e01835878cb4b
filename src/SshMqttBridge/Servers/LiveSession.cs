using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>An open session that a worker and its keep-alive share. Owns the session.</summary>
internal sealed class LiveSession(ISshSession session) : IAsyncDisposable
{
    readonly SemaphoreSlim _pinging = new(1);
    int _disposed;
    volatile bool _isLost;

    public ISshSession Session => session;

    /// <summary>Who is logged in; empty where nobody asks.</summary>
    public string User { get; init; } = "";

    public SessionIdentity Identity => new(User, session.HostKey.Fingerprint);

    public bool IsOpen => !_isLost && !session.Disconnected.IsCancellationRequested;

    /// <summary>Says that a call found the connection lost, which may be a moment before <see cref="ISshSession.Disconnected"/> tells it.</summary>
    public void MarkLost() => _isLost = true;

    /// <summary>Asks the server for a sign of life; waits its turn when one is being waited for.</summary>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await _pinging.WaitAsync(cancellationToken);
        try
        {
            await session.PingAsync(cancellationToken);
        }
        finally
        {
            _pinging.Release();
        }
    }

    public ValueTask DisposeAsync() =>
        Interlocked.Exchange(ref _disposed, 1) == 0 ? session.DisposeAsync() : ValueTask.CompletedTask;
}
