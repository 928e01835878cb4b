using System.Diagnostics;
using System.Net.Sockets;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// An authenticated connection. Each call into libssh is a short one that does not block, under one gate; one loop waits, without a
/// thread, until something has arrived, has libssh take it in, and so moves on all who wait for an answer.
/// </summary>
internal sealed class LibSshSession : ISshSession
{
    // Taking in 4 KiB each, these many rounds go before others are let through the gate.
    private const int RoundsUnderGate = 256;

    // .NET tells when a socket can be read, not when it takes more: what did not fit is offered again after this time.
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
    private readonly Task _reading;
    private ulong _packetsSeen;
    private bool _flushing;
    private bool _writersWait;
    private bool _takingIn;
    private bool _moved;
    private List<LibSshProcess> _stirred = [];
    private List<LibSshProcess> _told = [];
    private bool _released;
    private SshConnectionException? _fault;

    /// <param name="handle">Authenticated. This object disposes it, and the socket.</param>
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

    /// <summary>Makes a call, and makes it again after each progress while it says <see cref="NativeMethods.Again"/>.</summary>
    /// <param name="call">Runs under the gate; does not block.</param>
    /// <returns>What it said at last: for <see cref="NativeMethods.Error"/> the connection still stands.</returns>
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

    /// <summary>Runs what a process has to do with its channel, unless the connection is lost.</summary>
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

    /// <summary>Frees a process, at once or when the server has answered whether it opens the channel.</summary>
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

            // Whatever waits for this process is to see that it has gone.
            _progress.Signal();
            ReapProcesses();
        }
    }

    /// <summary>Under the gate: whether bytes wait until the socket takes more.</summary>
    internal bool WritePending => _handle.WritePending;

    /// <summary>Under the gate: <see cref="Progress"/> is also made when the socket has taken all.</summary>
    internal void AwaitRoom() => _writersWait = true;

    /// <summary>Under the gate: what libssh said about the last failure.</summary>
    internal string LastError => _handle.LastError;

    [Conditional("DEBUG")]
    internal void AssertEntered() => Debug.Assert(_gate.IsHeldByCurrentThread, "one thread at a time in a session");

    private async Task ReadAsync()
    {
        while (TakeIn(out var more, out var waiting))
        {
            // Here and now, not on another thread: nearly always it is the one command that runs, and waking a thread for it takes longer than what it does.
            waiting?.SetResult();
            TellStirred();
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
                        // A server that sends without end must not keep the thread that waits for other sockets too.
                        await Task.Yield();
                    }
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Cancelled: the fault is there already. Else libssh will find it out by itself, with words for it.
            }
        }

        TellStirred();
        await _disconnected.CancelAsync();
    }

    private void TellStirred()
    {
        foreach (var process in _told)
        {
            process.Tell();
        }

        _told.Clear();
    }

    /// <param name="more">Whether there may be more to take in.</param>
    /// <param name="waiting">Who waits for what has arrived.</param>
    /// <returns>False when the connection is lost.</returns>
    private bool TakeIn(out bool more, out TaskCompletionSource? waiting)
    {
        lock (_gate)
        {
            _takingIn = true;
            more = _fault is null && Poll();
            _takingIn = false;
            waiting = _moved && _fault is null ? _progress.Take() : null;
            _moved = false;
            (_stirred, _told) = (_told, _stirred);
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

    // Whether there may be more to take in. Only when libssh has taken in everything is it safe to wait for the socket.
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

    // After each call: any of them may have taken in what others wait for, and any may have found the connection broken.
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
        if (_takingIn)
        {
            _moved = true;
        }
        else
        {
            _progress.Signal();
        }
    }

    /// <summary>Under the gate: has a process tell its news once the gate has been left.</summary>
    internal void Stir(LibSshProcess process)
    {
        AssertEntered();
        if (!_takingIn)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static process => process.Tell(), process, preferLocal: true);
        }
        else if (!_stirred.Contains(process))
        {
            _stirred.Add(process);
        }
    }

    // A channel whose opening was given up is answered all the same: then it is closed, or the server would keep it.
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
