using System.Diagnostics.CodeAnalysis;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>An open session that a worker and its keep-alive share. Owns the session.</summary>
internal sealed class SharedSession(ISshSession session, TimeProvider time) : IAsyncDisposable
{
    private readonly WarmChannel _spare = new(session, time);
    private readonly SemaphoreSlim _pinging = new(1);
    private int _disposed;
    private volatile bool _isLost;

    public ISshSession Session => session;

    /// <summary>Who is logged in; empty where nobody asks.</summary>
    public string User { get; init; } = "";

    public SessionIdentity Identity => new(User, session.HostKey.Fingerprint);

    public bool IsOpen => !_isLost && !session.Disconnected.IsCancellationRequested;

    /// <summary>Says that a call found the connection lost, which may be a moment before <see cref="ISshSession.Disconnected"/> tells it.</summary>
    public void MarkLost() => _isLost = true;

    /// <summary>Takes a channel that was opened ahead, if one is ready.</summary>
    public bool TryTakeChannel([NotNullWhen(true)] out IRemoteProcess? process) => _spare.TryTake(out process);

    /// <inheritdoc cref="ISshSession.OpenChannelAsync"/>
    public async Task<IRemoteProcess> OpenChannelAsync(CancellationToken cancellationToken)
    {
        if (await _spare.TakeAsync(cancellationToken) is { } spare)
        {
            return spare;
        }

        try
        {
            return await session.OpenChannelAsync(cancellationToken);
        }
        catch (SshChannelException)
        {
            // Where one session is allowed, one that was closed just before may still have been it; once the server has answered, it has seen that it is closed.
            await PingAsync(cancellationToken);
            return await session.OpenChannelAsync(cancellationToken);
        }
    }

    /// <summary>Opens a channel for the command that may come next.</summary>
    public void OpenAhead() => _spare.Open();

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

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await session.DisposeAsync();
            await _spare.DisposeAsync();
        }
    }
}
