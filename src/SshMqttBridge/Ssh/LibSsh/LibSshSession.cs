using System.Diagnostics;
using System.Net.Sockets;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// An authenticated connection. All calls into libssh are short, do not block and run under one gate. One loop waits for data,
/// without a thread, and lets libssh read it; the calls that wait for an answer are then repeated.
/// </summary>
internal sealed class LibSshSession : ISshSession
{
    // libssh reads 4 KiB a round. After this many rounds the loop leaves the gate, so that other calls can enter it.
    private const int RoundsUnderGate = 256;

    // .NET reports when a socket is readable, not when it is writable: bytes that did not fit are written again after this time.
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(2);

    private readonly Lock _gate = new();
    private readonly Progress _progress = new();
    private readonly SessionHandle _handle;
    private readonly EventHandle _events;
    private readonly Socket _socket;
    private readonly string _server;
    private readonly ITimer _flush;
    private readonly CancellationTokenSource _disconnected = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<LibSshProcess> _processes = [];
    private readonly ProcessNotifications _notifications = new();
    private readonly Task _reading;
    private ulong _packetsSeen;
    private bool _flushing;
    private bool _writersWait;
    private bool _receiving;
    private bool _hasProgress;
    private bool _released;
    private SshConnectionException? _fault;

    /// <param name="handle">An authenticated session. This object disposes it, and the socket.</param>
    public LibSshSession(SessionHandle handle, Socket socket, HostKey hostKey, string server, TimeProvider time)
    {
        _handle = handle;
        _socket = socket;
        _server = server;
        HostKey = hostKey;
        Algorithms = handle.Algorithms;
        ServerVersion = handle.ServerVersion;
        _packetsSeen = handle.PacketsReceived;
        _events = new EventHandle(handle);
        _flush = time.CreateTimer(_ => Flush(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _reading = ReadAsync();
    }

    public HostKey HostKey { get; }

    public NegotiatedAlgorithms Algorithms { get; }

    public ulong ReceivedBytes => Ssh.ReceivedBytes.Of(_socket);

    /// <summary>The server's identification string.</summary>
    public string ServerVersion { get; }

    public CancellationToken Disconnected => _disconnected.Token;

    public async Task<IRemoteProcess> OpenChannelAsync(CancellationToken cancellationToken)
    {
        LibSshProcess process;
        lock (_gate)
        {
            ThrowIfUnusable();
            process = new LibSshProcess(this, _handle);
            _processes.Add(process);
        }

        try
        {
            await process.OpenAsync(cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async Task PingAsync(CancellationToken cancellationToken) =>
        await RepeatAsync(() => NativeMethods.ChannelCancelForward(_handle, "keepalive", 0), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_released)
            {
                return;
            }

            _released = true;
            Fail(new SshConnectionException(SshFault.Lost, $"the connection to {_server} was closed"));
        }

        await _reading;
        await _flush.DisposeAsync();
        lock (_gate)
        {
            foreach (var process in _processes)
            {
                process.Free();
            }

            _processes.Clear();
            _events.Dispose();
            _handle.Dispose();
        }

        _socket.Dispose();
        _stop.Dispose();
    }

    /// <summary>Makes a call, and repeats it after each progress while it returns <see cref="NativeMethods.Again"/>.</summary>
    /// <param name="call">Runs under the gate; does not block.</param>
    /// <returns>The last result; after <see cref="NativeMethods.Error"/> the connection is still usable.</returns>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    internal async ValueTask<int> RepeatAsync(Func<int> call, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task progress;
            lock (_gate)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ThrowIfUnusable();
                var result = call();
                ReapProcesses();
                if (result != NativeMethods.Again && (result >= 0 || _fault is null))
                {
                    return result;
                }

                ThrowIfUnusable();
                progress = _progress.Next();
            }

            await progress.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Runs an action of a process under the gate, unless the connection is lost.</summary>
    internal void Enter(Action action)
    {
        lock (_gate)
        {
            if (_fault is null)
            {
                action();
                ReapProcesses();
            }
        }
    }

    /// <summary>Frees a process, at once or when the server has answered the request to open the channel.</summary>
    internal void Release(LibSshProcess process)
    {
        lock (_gate)
        {
            if (!_processes.Contains(process))
            {
                return;
            }

            if (_fault is not null || process.TryAbandon())
            {
                _processes.Remove(process);
                process.Free();
            }

            // Calls that wait for this process must notice that it is gone.
            _progress.Signal();
            ReapProcesses();
        }
    }

    /// <summary>Under the gate: whether bytes wait for room in the socket.</summary>
    internal bool WritePending => _handle.WritePending;

    /// <summary>Under the gate: signals <see cref="Progress"/> also when the socket has taken all bytes.</summary>
    internal void AwaitRoom() => _writersWait = true;

    /// <summary>Under the gate: libssh's message about the last failure.</summary>
    internal string LastError => _handle.LastError;

    [Conditional("DEBUG")]
    internal void AssertEntered() => Debug.Assert(_gate.IsHeldByCurrentThread, "one thread at a time in a session");

    private async Task ReadAsync()
    {
        while (Receive(out var more, out var waiting))
        {
            // On this thread: nearly always only one command waits, and waking a thread for it takes longer than its work.
            waiting?.SetResult();
            _notifications.Deliver();
            try
            {
                if (more)
                {
                    await Task.Yield();
                }
                else
                {
                    // A read of zero bytes completes when there is something to read, or the end.
                    var arrival = _socket.ReceiveAsync(Memory<byte>.Empty, _stop.Token);
                    var isThere = arrival.IsCompleted;
                    await arrival;
                    if (isThere)
                    {
                        // A server that sends without end must not occupy the thread that also waits for other sockets.
                        await Task.Yield();
                    }
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Cancelled: the fault is set already. Otherwise libssh detects the loss itself, and describes it.
            }
        }

        _notifications.Deliver();
        await _disconnected.CancelAsync();
    }

    /// <param name="more">Whether there may be more to read.</param>
    /// <param name="waiting">The task of the calls that wait for progress, to be completed by the caller; null: no progress, or
    /// no call waits.</param>
    /// <returns>False when the connection is lost.</returns>
    private bool Receive(out bool more, out TaskCompletionSource? waiting)
    {
        lock (_gate)
        {
            _receiving = true;
            more = _fault is null && Poll();
            _receiving = false;
            waiting = _hasProgress && _fault is null ? _progress.Take() : null;
            _hasProgress = false;
            _notifications.Take();
            return _fault is null;
        }
    }

    private void Flush()
    {
        lock (_gate)
        {
            _flushing = false;
            if (_fault is null)
            {
                Poll();
            }
        }
    }

    // Returns whether there may be more to read. Only when libssh has read everything is it safe to wait for the socket.
    private bool Poll()
    {
        AssertEntered();
        var result = NativeMethods.Ok;
        for (var round = 0; round < RoundsUnderGate && result >= 0; round++)
        {
            result = NativeMethods.EventPoll(_events, 0);
        }

        ReapProcesses();
        return result >= 0;
    }

    // After each call: any of them may have read what others wait for, or found the connection broken.
    private void ReapProcesses()
    {
        AssertEntered();
        if (_fault is not null)
        {
            return;
        }

        while (_handle.PacketsReceived != _packetsSeen)
        {
            _packetsSeen = _handle.PacketsReceived;
            FreeAbandoned();
            Signal();
        }

        if (_handle.Broken)
        {
            Fail(
                new SshConnectionException(SshFault.Lost, $"the connection to {_server} was lost: {Describe(_handle.LastError)}")
            );
        }
        else if (_handle.WritePending)
        {
            if (!_flushing)
            {
                _flushing = true;
                _flush.Change(FlushInterval, Timeout.InfiniteTimeSpan);
            }
        }
        else if (_writersWait)
        {
            _writersWait = false;
            Signal();
        }
    }

    private void Signal()
    {
        if (_receiving)
        {
            _hasProgress = true;
        }
        else
        {
            _progress.Signal();
        }
    }

    /// <summary>Under the gate: wakes the awaiters of a process after the gate has been left.</summary>
    internal void NotifyLater(LibSshProcess process)
    {
        AssertEntered();
        if (!_receiving)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static process => process.Notify(), process, preferLocal: true);
        }
        else
        {
            _notifications.Add(process);
        }
    }

    // The server also answers the request to open a channel that the caller gave up: the channel is closed then, or the server
    // would keep it.
    private void FreeAbandoned() =>
        _processes.RemoveWhere(process =>
        {
            if (!process.Abandoned || !process.TryAbandon())
            {
                return false;
            }

            process.Free();
            return true;
        });

    private void Fail(SshConnectionException fault)
    {
        if (_fault is not null)
        {
            return;
        }

        _fault = fault;
        foreach (var process in _processes)
        {
            process.Fail(fault);
        }

        _progress.Signal();
        _stop.Cancel();
    }

    private void ThrowIfUnusable()
    {
        if (_fault is not null)
        {
            throw new SshConnectionException(_fault.Fault, _fault.Message, _fault.InnerException);
        }
    }

    private static string Describe(string error) =>
        error switch
        {
            "" => "no reason given",
            "Socket error: disconnected" => "the server closed it",
            _ => Printable.Text(error, 300),
        };
}
