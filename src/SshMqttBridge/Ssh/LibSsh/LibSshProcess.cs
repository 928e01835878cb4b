using System.Runtime.InteropServices;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>A channel and its command. What is not said to be otherwise happens under the session's gate.</summary>
internal sealed class LibSshProcess : IRemoteProcess, IChannelEvents
{
    private const int WriteBytes = 256 * 1024;
    private const int FetchBytes = 32 * 1024;
    private const int BufferBytes = 1024 * 1024;

    /// <summary>sshd ends the connection for a packet of more than 256 KiB, and a request is one packet.</summary>
    private const int CommandBytes = 256_000;

    private readonly LibSshSession _session;
    private readonly ChannelHandle _channel;
    private readonly OutputBuffer _output = new(BufferBytes);

    // Completed where nobody is under the gate: who waits for it goes on there.
    private readonly TaskCompletionSource<ProcessExit> _exit = new();

    // By stream: what libssh keeps because there was no room for it.
    private readonly int[] _kept = new int[2];
    private long _firstWindow;
    private long _written;
    private byte[]? _command;
    private volatile ProcessExit? _howItEnded;
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

    /// <summary>Whether the process was disposed of before the server said whether it opens the channel.</summary>
    internal bool Abandoned { get; private set; }

    /// <summary>Makes the channel; once.</summary>
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

        if (await _session.RepeatAsync(Start, cancellationToken) != NativeMethods.Ok)
        {
            throw new SshChannelException(
                _closed ? "the server closed the channel instead of running the command" : "the server refused to run the command"
            );
        }
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
                throw new SshChannelException("the server closed the channel: nobody reads standard input any more");
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
                    // It says "again" when the socket is full, but it is done.
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
                // libssh has one request on a channel at a time.
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

    /// <summary>The connection is lost: whoever waits for this process is told.</summary>
    internal void Fail(SshConnectionException fault)
    {
        _fault = fault;
        _output.Complete(fault);
        _session.Stir(this);
    }

    /// <summary>Tells those who wait what has come to be known. Not under the gate; they go on here, but for who reads output of which more will come.</summary>
    internal void Tell()
    {
        // A status that has come counts, also when the connection was lost right after it. Else who waits for both need not wait for the second.
        if (_fault is not null)
        {
            TellExit();
        }

        if (_output.HasEnded)
        {
            _output.TakeReader()?.TrySetResult();
        }
        else
        {
            _output.WakeReader();
        }

        TellExit();
    }

    /// <returns>False when the channel is still being opened: it must wait to be freed until the server has answered.</returns>
    internal bool TryAbandon()
    {
        Abandoned = true;
        return !_opening || Open() != NativeMethods.Again;
    }

    /// <summary>Closes the channel and ends what waits.</summary>
    internal void Free()
    {
        _freed = true;
        _closed = true;
        _channel.Dispose();
        if (_fault is null)
        {
            _howItEnded ??= ProcessExit.Unknown;
        }

        _output.Dispose();
        _session.Stir(this);
    }

    int IChannelEvents.OnData(OutputStream stream, ReadOnlySpan<byte> data)
    {
        var taken = _output.Append(stream, data);
        _kept[(int)stream] = data.Length - taken;
        _session.Stir(this);
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
        _howItEnded ??= ProcessExit.Unknown;
        _session.Stir(this);
    }

    void IChannelEvents.OnExit(ProcessExit exit)
    {
        _howItEnded ??= exit;
        _session.Stir(this);
    }

    private void TellExit()
    {
        if (_howItEnded is { } exit)
        {
            _exit.TrySetResult(exit);
        }
        else if (_fault is { } fault && _exit.TrySetException(fault))
        {
            // Who does not wait for the exit has not overlooked anything.
            _ = _exit.Task.Exception;
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

        // A short command's channel may be closed before we come to see that it was started.
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

        // What the socket has not taken yet goes first: so there is never more than one block in libssh.
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

    // libssh calls back for new data only; what it kept has to be fetched. That also opens the peer's window again.
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
            _session.Stir(this);
        }
    }
}
