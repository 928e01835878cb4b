using System.Diagnostics.CodeAnalysis;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>An open session that the worker and the keep-alive share. Owns the session.</summary>
internal sealed class SharedSession(ISshSession session, TimeProvider time) : IAsyncDisposable
{
    private readonly WarmChannel _warmChannel = new(session, time);
    private readonly SemaphoreSlim _pingGate = new(1);
    private int _disposed;
    private volatile bool _isLost;

    public ISshSession Session => session;

    /// <summary>The user of the session; empty if unknown.</summary>
    public string User { get; init; } = "";

    public SessionIdentity Identity => new(User, session.HostKey.Fingerprint);

    public bool IsOpen => !_isLost && !session.Disconnected.IsCancellationRequested;

    /// <summary>
    /// Marks the connection as lost, possibly a moment before <see cref="ISshSession.Disconnected"/> is cancelled.
    /// </summary>
    public void MarkLost() => _isLost = true;

    /// <summary>Takes a channel that was opened ahead, if one is ready.</summary>
    public bool TryTakeChannel([NotNullWhen(true)] out IRemoteProcess? process) => _warmChannel.TryTake(out process);

    /// <inheritdoc cref="ISshSession.OpenChannelAsync"/>
    public async Task<IRemoteProcess> OpenChannelAsync(CancellationToken cancellationToken)
    {
        if (await _warmChannel.TakeAsync(cancellationToken) is { } channel)
        {
            return channel;
        }

        try
        {
            return await session.OpenChannelAsync(cancellationToken);
        }
        catch (SshChannelException)
        {
            // With MaxSessions 1, the server may not yet have closed the previous channel; once it answers a ping, it has.
            await PingAsync(cancellationToken);
            return await session.OpenChannelAsync(cancellationToken);
        }
    }

    /// <summary>Opens a channel for the next command.</summary>
    public void OpenAhead() => _warmChannel.Open();

    /// <summary>Sends a keep-alive request and waits for the answer. Concurrent calls wait for each other.</summary>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await _pingGate.WaitAsync(cancellationToken);
        try
        {
            await session.PingAsync(cancellationToken);
        }
        finally
        {
            _pingGate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await session.DisposeAsync();
            await _warmChannel.DisposeAsync();
        }
    }
}
