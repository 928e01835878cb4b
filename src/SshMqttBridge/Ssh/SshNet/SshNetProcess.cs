using System.Buffers;
using System.Buffers.Binary;
using Renci.SshNet.Messages.Connection;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// A session channel (RFC 4254) on SSH.NET's messages, with a window that opens as its output is read. What begins with <c>On</c> is called by the thread that listens to the server;
/// it does not wait, and throws only for what breaks the protocol. It goes on with whatever waited for the news, except for much output and a lost connection, so none is told under a lock (docs/adr/0021).
/// </summary>
internal sealed class SshNetProcess(SshNetSession session, uint number) : IRemoteProcess
{
    /// <summary>How much output the server may send before it is read.</summary>
    public const uint WindowBytes = 1024 * 1024;

    /// <summary>The largest piece of output in one packet.</summary>
    public const uint PacketBytes = 32 * 1024;

    private const int WriteBytes = 256 * 1024;

    // More than that at a time is read by another thread, while this one takes in the next.
    private const int SmallBytes = 4 * 1024;

    private const string NobodyReads = "the server closed the channel: nobody reads standard input any more";

    private readonly Lock _gate = new();
    private readonly OutputBuffer _output = new(int.MaxValue);
    private readonly TaskCompletionSource _opened = new();
    private readonly TaskCompletionSource<bool> _started = new();
    private readonly TaskCompletionSource<ProcessExit> _exit = new();
    private TaskCompletionSource? _room;
    private uint _remoteNumber;
    private int _remotePacketBytes;
    private long _remoteWindow;
    private long _taken;
    private long _ownWindow = WindowBytes;
    private int _toGrant;
    private volatile SshConnectionException? _fault;
    private volatile ProcessExit? _status;
    private bool _hasSent;
    private bool _isOpen;
    private bool _isStarting;
    private bool _isClosed; // by the server, or disposed of
    private bool _isCloseSent;
    private bool _isInputEnded;
    private bool _isDisposed;

    /// <summary>The channel's number on our side.</summary>
    public uint Number => number;

    /// <summary>Completes when the server has opened the channel, and faults when it refuses.</summary>
    public Task Opened => _opened.Task;

    public Task<ProcessExit> Exit => _exit.Task;

    public bool HasOutput => _output.HasBytes;

    public long InputTakenBytes => Interlocked.Read(ref _taken);

    public Task StartAsync(string command, CancellationToken cancellationToken) =>
        StartAsync(command, hasInput: true, cancellationToken);

    public Task StartWithoutInputAsync(string command, CancellationToken cancellationToken) =>
        StartAsync(command, hasInput: false, cancellationToken);

    public async ValueTask<ProcessOutput> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(buffer.Length, nameof(buffer));
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_output.TryRead(buffer.Span, out var output, out _, out var arrival))
            {
                Grant(output.Count);
                return output;
            }

            await arrival.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (data.Length > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TakeRoom(data.Length, out var room) is not (> 0 and var count))
            {
                await room.WaitAsync(cancellationToken);
                continue;
            }

            await SendAsync(data[..count], cancellationToken);
            data = data[count..];
        }
    }

    public ValueTask CloseInputAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            session.ThrowIfUnusable();
            if (!_isInputEnded && !_isClosed)
            {
                _isInputEnded = true;
                session.Link.Post(new ChannelEofMessage(_remoteNumber));
            }
        }

        return default;
    }

    public async ValueTask SignalAsync(string signal, CancellationToken cancellationToken)
    {
        session.ThrowIfUnusable();
        if (_isStarting)
        {
            // A signal that overtakes the command would reach nobody.
            await _started.Task.WaitAsync(cancellationToken);
        }

        lock (_gate)
        {
            session.ThrowIfUnusable();
            if (!_isClosed)
            {
                session.Link.Post(new ChannelRequestMessage(_remoteNumber, new SignalRequest(signal)));
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                Close();
                _output.Dispose();
            }
        }

        End();
        return default;
    }

    public void OnOpened(ChannelOpenConfirmationMessage message)
    {
        lock (_gate)
        {
            if (_isOpen)
            {
                throw new InvalidDataException("a channel was confirmed twice");
            }

            _isOpen = true;
            _remoteNumber = message.RemoteChannelNumber;
            _remoteWindow = message.InitialWindowSize;
            _remotePacketBytes = (int)Math.Clamp(message.MaximumPacketSize, 1, PacketBytes);
            if (_isDisposed)
            {
                // Who wanted it has given up: the server must not keep it open.
                Close();
            }
        }

        _opened.TrySetResult();
    }

    public void OnRefused(ChannelOpenFailureMessage message) =>
        Fail(
            _opened,
            new SshChannelException($"the server refused to open a channel: {Printable.Text(message.Description, 300)}")
        );

    public void OnWindow(uint bytes)
    {
        lock (_gate)
        {
            _remoteWindow += bytes;
            if (_remoteWindow > uint.MaxValue)
            {
                throw new InvalidDataException("a channel's window was opened too wide");
            }

            if (_hasSent)
            {
                Interlocked.Add(ref _taken, bytes);
            }

            _room?.TrySetResult();
            _room = null;
        }
    }

    public void OnData(OutputStream stream, ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            _ownWindow -= data.Length;
            if (_ownWindow < 0 || data.Length > PacketBytes)
            {
                throw new InvalidDataException("more data came than the channel's window has room for");
            }

            // Dropped when disposed of.
            _output.Append(stream, data);
        }

        if (data.Length > SmallBytes)
        {
            _output.WakeReader();
        }
        else
        {
            WakeReaderHere();
        }
    }

    public void OnEndOfFile()
    {
        _output.Complete(error: null);
        WakeReaderHere();
        if (_status is { } exit)
        {
            _exit.TrySetResult(exit);
        }
    }

    public void OnClosed()
    {
        lock (_gate)
        {
            Close();
        }

        _output.Complete(error: null);
        End();
    }

    public void OnRequest(ChannelRequestMessage message)
    {
        // Whether an answer is wanted, then what belongs to the request.
        var data = message.RequestData.AsSpan();
        var wantsReply = data.Length > 0 && data[0] != 0;
        data = data.Length > 0 ? data[1..] : data;
        if (message.RequestName == "exit-status" && data.Length >= sizeof(uint))
        {
            OnExit(new ProcessExit(BinaryPrimitives.ReadUInt32BigEndian(data), Signal: null));
        }
        else if (message.RequestName == "exit-signal" && data.Length >= sizeof(uint))
        {
            var length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(data), (uint)data.Length - sizeof(uint));
            OnExit(new ProcessExit(Status: null, Printable.Text(data.Slice(sizeof(uint), length), 32)));
        }
        else if (wantsReply)
        {
            session.Link.Post(new ChannelFailureMessage(_remoteNumber));
        }
    }

    /// <summary>The answer to the only request that wants one.</summary>
    public void OnAnswer(bool isSuccess) => _started.TrySetResult(isSuccess);

    /// <summary>The connection is lost: whoever waits for this process is told.</summary>
    public void Fail(SshConnectionException fault)
    {
        lock (_gate)
        {
            _fault = fault;
            _output.Complete(fault);
            _room?.TrySetResult();
            _room = null;
        }

        // Whoever closes a session may hold locks.
        ThreadPool.UnsafeQueueUserWorkItem(
            static told =>
            {
                Fail(told.Process._opened, told.Fault);
                Fail(told.Process._started, told.Fault);
                Fail(told.Process._exit, told.Fault);
            },
            (Process: this, Fault: fault),
            preferLocal: false
        );
        _output.WakeReader();
    }

    private void OnExit(ProcessExit exit)
    {
        _status ??= exit;
        if (_output.HasEnded)
        {
            _exit.TrySetResult(_status);
        }
        else
        {
            // Usually the end of output is right behind it, and both are told at once.
            ThreadPool.UnsafeQueueUserWorkItem(
                static process => process._exit.TrySetResult(process._status!),
                this,
                preferLocal: false
            );
        }
    }

    private void WakeReaderHere() => _output.TakeReader()?.TrySetResult();

    private async Task StartAsync(string command, bool hasInput, CancellationToken cancellationToken)
    {
        var text = CommandText.Encode(command, session.CommandLimitBytes, session.CommandHint);
        lock (_gate)
        {
            if (_isStarting)
            {
                throw new InvalidOperationException("a channel runs one command");
            }

            session.ThrowIfUnusable();
            _isStarting = true;
            if (!_isClosed)
            {
                session.Link.PostLater(new ChannelRequestMessage(_remoteNumber, new ExecRequest(text)));
                if (!hasInput)
                {
                    _isInputEnded = true;
                    session.Link.PostLater(new ChannelEofMessage(_remoteNumber));
                }

                session.Link.Send();
            }
        }

        if (!await _started.Task.WaitAsync(cancellationToken))
        {
            throw new SshChannelException(
                _isClosed
                    ? "the server closed the channel instead of running the command"
                    : "the server refused to run the command"
            );
        }
    }

    // Who does not wait for it has not overlooked anything.
    private static void Fail<T>(TaskCompletionSource<T> source, Exception fault)
    {
        if (source.TrySetException(fault))
        {
            _ = source.Task.Exception;
        }
    }

    private static void Fail(TaskCompletionSource source, Exception fault)
    {
        if (source.TrySetException(fault))
        {
            _ = source.Task.Exception;
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Under the gate.
    private void Close()
    {
        _isClosed = true;
        if (_isOpen && !_isCloseSent && _fault is null)
        {
            _isCloseSent = true;
            session.Link.Post(new ChannelCloseMessage(_remoteNumber));
        }
    }

    // Nothing more will come.
    private void End()
    {
        lock (_gate)
        {
            _room?.TrySetResult();
            _room = null;
        }

        if (_fault is null)
        {
            _started.TrySetResult(false);
            _exit.TrySetResult(_status ?? ProcessExit.Unknown);
        }

        WakeReaderHere();
    }

    // Half a window at a time: a message for each read would cost more than it brings.
    private void Grant(int bytes)
    {
        lock (_gate)
        {
            _toGrant += bytes;
            if (_toGrant < WindowBytes / 2 || _isClosed || _fault is not null)
            {
                return;
            }

            _ownWindow += _toGrant;
            session.Link.Post(new ChannelWindowAdjustMessage(_remoteNumber, (uint)_toGrant));
            _toGrant = 0;
        }
    }

    /// <returns>How many bytes may be sent now; 0: wait for <paramref name="room"/>.</returns>
    private int TakeRoom(int wanted, out Task room)
    {
        lock (_gate)
        {
            if (_fault is { } fault)
            {
                throw new SshConnectionException(fault.Fault, fault.Message);
            }

            if (_isClosed || _isInputEnded)
            {
                throw new SshChannelException(NobodyReads);
            }

            var count = (int)Math.Min(Math.Min(wanted, WriteBytes), _remoteWindow);
            _remoteWindow -= count;
            _hasSent |= count > 0;
            room = count == 0 ? (_room ??= NewSource()).Task : Task.CompletedTask;
            return count;
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        // What is under way cannot be called back, so it is a copy.
        var copy = ArrayPool<byte>.Shared.Rent(data.Length);
        data.Span.CopyTo(copy);
        var offset = 0;
        for (; data.Length - offset > _remotePacketBytes; offset += _remotePacketBytes)
        {
            session.Link.PostLater(new ChannelDataMessage(_remoteNumber, copy, offset, _remotePacketBytes));
        }

        try
        {
            var last = new ChannelDataMessage(_remoteNumber, copy, offset, data.Length - offset);
            await session.Link.PostAsync(last).WaitAsync(cancellationToken);
            ArrayPool<byte>.Shared.Return(copy);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw session.Fault
                ?? new SshConnectionException(SshFault.Lost, $"the connection was lost: {exception.Message}", exception);
        }
    }
}
