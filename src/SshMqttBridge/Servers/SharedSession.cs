using System.Diagnostics.CodeAnalysis;
using SshMqttBridge.Common;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>An open session that the worker and the keep-alive share. Owns the session.</summary>
internal sealed class SharedSession(ISshSession session, TimeProvider time) : IAsyncDisposable
{
    /// <summary>More than a round trip, and much less than any timeout of the user's.</summary>
    private static readonly TimeSpan BriefPing = TimeSpan.FromSeconds(1);

    private readonly WarmChannel _warmChannel = new(session, time);
    private readonly SemaphoreSlim _pingGate = new(1);
    private int _disposed;
    private volatile bool _isLost;
    private volatile bool _hasOpened;

    public ISshSession Session => session;

    /// <summary>The user of the session; empty if unknown.</summary>
    public string User { get; init; } = "";

    public SessionIdentity Identity => new(User, session.HostKey.Fingerprint);

    public bool IsOpen => !_isLost && !session.Disconnected.IsCancellationRequested;

    /// <summary>Whether the server has opened a channel on this connection before.</summary>
    public bool HasOpenedChannel => _hasOpened || _warmChannel.HasOpened;

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

        IRemoteProcess process;
        try
        {
            process = await session.OpenChannelAsync(cancellationToken);
        }
        catch (SshChannelException)
        {
            // With MaxSessions 1, the server may not yet have closed the previous channel; once it answers a ping, it has.
            await PingBrieflyAsync(cancellationToken);
            process = await session.OpenChannelAsync(cancellationToken);
        }

        _hasOpened = true;
        return process;
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

    /// <summary>Like <see cref="PingAsync"/>, but gives up soon: some servers never answer.</summary>
    private async Task PingBrieflyAsync(CancellationToken cancellationToken)
    {
        using Deadline deadline = new(BriefPing, time, cancellationToken);
        try
        {
            await PingAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            // A server that answers no global request has had the time to close the channel.
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
