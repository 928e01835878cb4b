using System.Diagnostics.CodeAnalysis;
using SshMqttBridge.Common;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>An open session that the worker and the keep-alive share. Owns the session.</summary>
internal sealed class SharedSession : IAsyncDisposable
{
    /// <summary>More than a round trip, and much less than any timeout of the user's.</summary>
    private static readonly TimeSpan BriefPing = TimeSpan.FromSeconds(1);

    private readonly ISshSession _session;
    private readonly TimeProvider _time;
    private readonly WarmChannel _warmChannel;
    private readonly SemaphoreSlim _pingGate = new(1);
    private int _disposed;
    private volatile bool _isLost;
    private volatile bool _hasOpened;

    /// <param name="session">An open session.</param>
    /// <param name="stopScript">The server's.</param>
    /// <param name="time">The clock.</param>
    public SharedSession(ISshSession session, StopScript stopScript, TimeProvider time)
    {
        _session = session;
        _time = time;
        _warmChannel = new WarmChannel(session, time);
        Stopper = new ProcessStopper(session, stopScript, time) { RespondsAsync = RespondsAsync };
    }

    public ISshSession Session => _session;

    /// <summary>Stops commands of this session.</summary>
    public ProcessStopper Stopper { get; }

    /// <summary>Whether the server has answered a keep-alive request.</summary>
    public bool AnswersPings { get; private set; }

    /// <summary>The user of the session; empty if unknown.</summary>
    public string User { get; init; } = "";

    public SessionIdentity Identity => new(User, _session.HostKey.Fingerprint);

    public bool IsOpen => !_isLost && !_session.Disconnected.IsCancellationRequested;

    /// <summary>Whether the server has opened a channel on this connection before.</summary>
    public bool HasOpenedChannel => _hasOpened || _warmChannel.HasOpened;

    /// <summary>
    /// Marks the connection as lost, possibly a moment before <see cref="ISshSession.Disconnected"/> is cancelled.
    /// </summary>
    /// <param name="reason">Why the bridge considers it lost, in words; null: unknown.</param>
    public void MarkLost(string? reason = null)
    {
        LossReason ??= reason;
        _isLost = true;
    }

    /// <summary>See <see cref="MarkLost"/>.</summary>
    public string? LossReason { get; private set; }

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
            process = await _session.OpenChannelAsync(cancellationToken);
        }
        catch (SshChannelException)
        {
            // With MaxSessions 1, the server may not yet have closed the previous channel; once it answers a ping, it has.
            await PingBrieflyAsync(cancellationToken);
            process = await _session.OpenChannelAsync(cancellationToken);
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
            await _session.PingAsync(cancellationToken);
            AnswersPings = true;
        }
        finally
        {
            _pingGate.Release();
        }
    }

    /// <summary>Whether a server that has answered keep-alive requests still does.</summary>
    private async Task<bool> RespondsAsync() => !AnswersPings || await PingBrieflyAsync(CancellationToken.None);

    /// <summary>Like <see cref="PingAsync"/>, but gives up soon: some servers never answer.</summary>
    /// <returns>Whether the server has answered.</returns>
    private async Task<bool> PingBrieflyAsync(CancellationToken cancellationToken)
    {
        using Deadline deadline = new(BriefPing, _time, cancellationToken);
        try
        {
            await PingAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            // A server that answers no global request has had the time to close the channel.
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _session.DisposeAsync();
            await _warmChannel.DisposeAsync();
        }
    }
}
