using System.Diagnostics.CodeAnalysis;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// A channel that the bridge opens at a command's end, so that the next command need not wait for it. The channel is
/// short-lived: later, opening a new one detects a lost connection before the command is sent (docs/adr/0015). Thread-safe.
/// </summary>
/// <param name="session">The session; the caller owns it.</param>
/// <param name="time">The clock.</param>
internal sealed class WarmChannel(ISshSession session, TimeProvider time) : IAsyncDisposable
{
    /// <summary>The lifetime, for commands in quick succession. Few connections are lost unnoticed in that time.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _expiry;
    private Task<IRemoteProcess?>? _channel;
    private Task _closing = Task.CompletedTask;
    private volatile bool _isRefused;

    /// <summary>Whether the server has opened a channel ahead on this connection.</summary>
    public bool HasOpened { get; private set; }

    /// <summary>Opens the channel, unless it is open or the server has refused one on this connection.</summary>
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

    /// <summary>Returns the channel if it is open; the caller disposes of it.</summary>
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

    /// <summary>Returns the channel, which the caller disposes of, or null without one.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the server answered.</exception>
    public async ValueTask<IRemoteProcess?> TakeAsync(CancellationToken cancellationToken)
    {
        if (Remove() is not { } channel)
        {
            return null;
        }

        try
        {
            // The server may close unused channels (ChannelTimeout of OpenSSH).
            if (await channel.WaitAsync(cancellationToken) is { Exit.IsCompleted: false } process)
            {
                return process;
            }
        }
        catch (OperationCanceledException)
        {
            CloseInBackground(channel);
            throw;
        }

        CloseInBackground(channel);
        return null;
    }

    /// <summary>Closes the channel. The session may already be disposed of.</summary>
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
            var process = await session.OpenChannelAsync(_stop.Token);
            HasOpened = true;
            return process;
        }
        catch (SshChannelException)
        {
            _isRefused = true;
            return null;
        }
        catch (Exception exception) when (exception is SshConnectionException or OperationCanceledException)
        {
            // The next call that opens a channel reports the failure.
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
            CloseInBackground(channel);
        }
    }

    private void CloseInBackground(Task<IRemoteProcess?> channel)
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
