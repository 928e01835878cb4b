using System.Diagnostics.CodeAnalysis;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// A channel that is opened when a command has ended, so that the next one need not wait for the server to open one. It lasts for a moment only: after that, opening
/// one shows whether the server is still there before anything is sent (docs/adr/0015). Thread-safe.
/// </summary>
/// <param name="session">Its session, owned by another.</param>
/// <param name="time">The clock.</param>
internal sealed class WarmChannel(ISshSession session, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long it is kept: for commands that follow each other closely. Few connections die unnoticed in that time.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _expiry;
    private Task<IRemoteProcess?>? _channel;
    private Task _closing = Task.CompletedTask;
    private volatile bool _isRefused;

    /// <summary>Opens it, unless it is there, or the server has refused one before on this connection.</summary>
    public void Open()
    {
        lock (_gate)
        {
            if (_channel is null && !_isRefused && !_stop.IsCancellationRequested)
            {
                _channel = OpenAsync();
                _expiry ??= time.CreateTimer(_ => Close(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _expiry.Change(Lifetime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Takes the channel if the server has opened it and it is still open; the caller disposes of it.</summary>
    public bool TryTake([NotNullWhen(true)] out IRemoteProcess? process)
    {
        lock (_gate)
        {
            process = _channel is { IsCompletedSuccessfully: true, Result: { Exit.IsCompleted: false } ready } ? ready : null;
            if (process is not null)
            {
                _channel = null;
            }

            return process is not null;
        }
    }

    /// <summary>The channel, for the caller to dispose of; null: there is none.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled while the server had not answered yet.</exception>
    public async ValueTask<IRemoteProcess?> TakeAsync(CancellationToken cancellationToken)
    {
        if (Remove() is not { } channel)
        {
            return null;
        }

        try
        {
            // The server closes channels that stay unused if it was told to (ChannelTimeout of OpenSSH).
            if (await channel.WaitAsync(cancellationToken) is { Exit.IsCompleted: false } process)
            {
                return process;
            }
        }
        catch (OperationCanceledException)
        {
            CloseLater(channel);
            throw;
        }

        CloseLater(channel);
        return null;
    }

    /// <summary>Closes it. The session is still there, or has been disposed of.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Close();
        Task closing;
        lock (_gate)
        {
            _expiry?.Dispose();
            closing = _closing;
        }

        await closing;
        _stop.Dispose();
    }

    private async Task<IRemoteProcess?> OpenAsync()
    {
        try
        {
            return await session.OpenChannelAsync(_stop.Token);
        }
        catch (SshChannelException)
        {
            _isRefused = true;
            return null;
        }
        catch (Exception exception) when (exception is SshConnectionException or OperationCanceledException)
        {
            // Whoever opens the next one is told.
            return null;
        }
    }

    private Task<IRemoteProcess?>? Remove()
    {
        lock (_gate)
        {
            var channel = _channel;
            _channel = null;
            return channel;
        }
    }

    private void Close()
    {
        if (Remove() is { } channel)
        {
            CloseLater(channel);
        }
    }

    private void CloseLater(Task<IRemoteProcess?> channel)
    {
        lock (_gate)
        {
            _closing = _closing.IsCompleted ? CloseAsync(channel) : Task.WhenAll(_closing, CloseAsync(channel));
        }
    }

    private static async Task CloseAsync(Task<IRemoteProcess?> channel)
    {
        if (await channel is { } process)
        {
            await process.DisposeAsync();
        }
    }
}
