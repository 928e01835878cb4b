using System.Runtime.InteropServices;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// A channel and its command. Private and internal members run under the session's gate unless stated otherwise.
/// </summary>
internal sealed class LibSshProcess : IRemoteProcess, IChannelEvents
{
    private const int WriteBytes = 256 * 1024;
    private const int FetchBytes = 32 * 1024;
    private const int BufferBytes = 1024 * 1024;

    /// <summary>sshd closes the connection for a packet of more than 256 KiB, and a request is one packet.</summary>
    private const int CommandBytes = 256_000;

    private readonly LibSshSession _session;
    private readonly ChannelHandle _channel;
    private readonly OutputBuffer _output = new(BufferBytes);

    // Completed outside the gate: awaiters resume on the completing thread.
    private readonly TaskCompletionSource<ProcessExit> _exit = new();

    // By stream: how many bytes libssh keeps because the buffer had no room.
    private readonly int[] _kept = new int[2];
    private long _firstWindow;
    private long _written;
    private byte[]? _command;
    private volatile ProcessExit? _status;
    private volatile SshConnectionException? _fault;
    private bool _opening;
    private bool _starting;
    private bool _endOfFile;
    private bool _closed;
    private bool _inputEnded;
    private bool _freed;

    public LibSshProcess(LibSshSession session, SessionHandle handle)
    {
        _session = session;
        _channel = new ChannelHandle(handle, this);
    }

    public Task<ProcessExit> Exit => _exit.Task;

    public long InputTakenBytes
    {
        get
        {
            long taken = 0;
            _session.Enter(() => taken = _written > 0 ? _written + NativeMethods.ChannelWindowSize(_channel) - _firstWindow : 0);
            return taken;
        }
    }

    public bool HasOutput => _output.HasBytes;

    /// <summary>Whether the process was disposed of before the server answered the request to open the channel.</summary>
    internal bool Abandoned { get; private set; }

    /// <summary>Opens the channel; called once.</summary>
    internal async Task OpenAsync(CancellationToken cancellationToken)
    {
        var reason = "";
        var result = await _session.RepeatAsync(
            () =>
            {
                var opened = Open();
                reason = opened == NativeMethods.Error ? _session.LastError : "";
                return opened;
            },
            cancellationToken
        );
        if (result != NativeMethods.Ok)
        {
            throw new SshChannelException($"the server refused to open a channel: {Printable.Text(reason, 300)}");
        }
    }

    public async Task StartAsync(string command, CancellationToken cancellationToken)
    {
        byte[] text = [.. CommandText.Encode(command, CommandText.LimitFor(CommandBytes, _session.ServerVersion)), 0];
        if (Interlocked.CompareExchange(ref _command, text, comparand: null) is not null)
        {
            throw new InvalidOperationException("a channel runs one command");
        }

        try
        {
            if (await _session.RepeatAsync(Start, cancellationToken) == NativeMethods.Ok)
            {
                return;
            }
        }
        catch (SshConnectionException) when (_output.HasBytes || _status?.Status is not null)
        {
            // The server accepted the request, sent this and disconnected before the answer could be looked at.
            return;
        }

        throw new SshChannelException(
            _closed ? "the server closed the channel instead of running the command" : "the server refused to run the command"
        );
    }

    public async ValueTask<ProcessOutput> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(buffer.Length, nameof(buffer));
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_output.TryRead(buffer.Span, out var output, out var fetch, out var arrival))
            {
                if (fetch)
                {
                    _session.Enter(Fetch);
                }

                return output;
            }

            await arrival.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (data.Length > 0)
        {
            var block = data[..Math.Min(data.Length, WriteBytes)];
            var written = await _session.RepeatAsync(() => Write(block.Span), cancellationToken);
            if (written < 0)
            {
                throw new SshChannelException("the server closed the channel: standard input is no longer read");
            }

            data = data[written..];
        }
    }

    public async ValueTask CloseInputAsync(CancellationToken cancellationToken) =>
        await _session.RepeatAsync(
            () =>
            {
                if (!_closed && !_inputEnded)
                {
                    // It returns "again" when the socket is full, but the end of file is queued.
                    _ = NativeMethods.ChannelSendEndOfFile(_channel);
                    _inputEnded = true;
                }

                return NativeMethods.Ok;
            },
            cancellationToken
        );

    public async ValueTask SignalAsync(string signal, CancellationToken cancellationToken) =>
        await _session.RepeatAsync(
            () =>
            {
                // libssh allows one request on a channel at a time.
                if (_starting && Start() == NativeMethods.Again)
                {
                    return NativeMethods.Again;
                }

                return _closed ? NativeMethods.Ok : NativeMethods.ChannelRequestSendSignal(_channel, signal);
            },
            cancellationToken
        );

    public ValueTask DisposeAsync()
    {
        _session.Release(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>The connection is lost: faults the tasks of this process.</summary>
    internal void Fail(SshConnectionException fault)
    {
        _fault = fault;
        _output.Complete(fault);
        _session.NotifyLater(this);
    }

    /// <summary>
    /// Completes the tasks for what has happened. Not under the gate: awaiters resume here, except for a reader of output that
    /// has not ended.
    /// </summary>
    internal void Notify()
    {
        // A status that arrived counts, also when the connection was lost right after it. It comes first, so that an awaiter of
        // both need not wait.
        if (_fault is not null)
        {
            CompleteExit();
        }

        if (_output.HasEnded)
        {
            _output.TakeReader()?.TrySetResult();
        }
        else
        {
            _output.WakeReader();
        }

        CompleteExit();
    }

    /// <returns>False while the channel is still being opened: it can be freed only after the server has answered.</returns>
    internal bool TryAbandon()
    {
        Abandoned = true;
        return !_opening || Open() != NativeMethods.Again;
    }

    /// <summary>Closes the channel and completes the tasks of the process.</summary>
    internal void Free()
    {
        _freed = true;
        _closed = true;
        _channel.Dispose();
        if (_fault is null)
        {
            _status ??= ProcessExit.Unknown;
        }

        _output.Dispose();
        _session.NotifyLater(this);
    }

    int IChannelEvents.OnData(OutputStream stream, ReadOnlySpan<byte> data)
    {
        var taken = _output.Append(stream, data);
        _kept[(int)stream] = data.Length - taken;
        _session.NotifyLater(this);
        return taken;
    }

    void IChannelEvents.OnEndOfFile()
    {
        _endOfFile = true;
        CompleteOutput();
    }

    void IChannelEvents.OnClose()
    {
        _closed = true;
        _endOfFile = true;
        CompleteOutput();
        _status ??= ProcessExit.Unknown;
        _session.NotifyLater(this);
    }

    void IChannelEvents.OnExit(ProcessExit exit)
    {
        _status ??= exit;
        _session.NotifyLater(this);
    }

    private void CompleteExit()
    {
        if (_status is { } exit)
        {
            _exit.TrySetResult(exit);
        }
        else if (_fault is { } fault)
        {
            _exit.Fail(fault);
        }
    }

    private int Open()
    {
        var result = NativeMethods.ChannelOpenSession(_channel);
        _opening = result == NativeMethods.Again;
        _channel.Opened = result == NativeMethods.Ok;
        return result;
    }

    private int Start()
    {
        var result = _freed ? NativeMethods.Error : NativeMethods.ChannelRequestExec(_channel, _command!);

        // The server may close a short command's channel before the answer to the request has been seen.
        if (result == NativeMethods.Again && _closed)
        {
            result = NativeMethods.Error;
        }

        _starting = result == NativeMethods.Again;
        return result;
    }

    private unsafe int Write(ReadOnlySpan<byte> data)
    {
        if (_closed || _inputEnded)
        {
            return NativeMethods.Error;
        }

        // Bytes that the socket has not taken yet go first, so libssh never holds more than one block.
        if (_session.WritePending)
        {
            _session.AwaitRoom();
            return NativeMethods.Again;
        }

        var window = NativeMethods.ChannelWindowSize(_channel);
        fixed (byte* bytes = data)
        {
            var written = NativeMethods.ChannelWrite(_channel, bytes, (uint)data.Length);
            _firstWindow = _written == 0 ? window : _firstWindow;
            _written += Math.Max(written, 0);
            return written == 0 ? NativeMethods.Again : written;
        }
    }

    // libssh calls back for new data only; what it kept has to be fetched. Fetching also widens the peer's window again.
    private unsafe void Fetch()
    {
        if (_freed)
        {
            return;
        }

        var block = (byte*)NativeMemory.Alloc(FetchBytes);
        for (var stream = 0; stream < _kept.Length; stream++)
        {
            int room;
            while (_kept[stream] > 0 && (room = Math.Min(FetchBytes, _output.RoomBytes)) > 0)
            {
                var count = NativeMethods.ChannelReadNonBlocking(_channel, block, (uint)room, stream);
                _kept[stream] = count > 0 ? _kept[stream] - count : 0;
                _output.Append((OutputStream)stream, new ReadOnlySpan<byte>(block, Math.Max(count, 0)));
            }
        }

        NativeMemory.Free(block);
        if (_kept[0] > 0 || _kept[1] > 0)
        {
            _output.Refuse();
        }

        CompleteOutput();
    }

    private void CompleteOutput()
    {
        if (_endOfFile && _kept[0] == 0 && _kept[1] == 0)
        {
            _output.Complete(error: null);
            _session.NotifyLater(this);
        }
    }
}
