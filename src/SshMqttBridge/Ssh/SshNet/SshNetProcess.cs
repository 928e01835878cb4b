using System.Buffers;
using Renci.SshNet.Messages.Connection;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// A session channel (RFC 4254) on SSH.NET's messages. The thread that listens to the server calls the methods whose names begin
/// with <c>On</c>. They do not wait, and throw only if the server violates the protocol. Awaiters resume on that thread, except
/// for much output and for a lost connection, so no task is completed under a lock (docs/adr/0021).
/// </summary>
internal sealed class SshNetProcess(SshNetSession session, uint number) : IRemoteProcess
{
    // For more at a time, the reader resumes on another thread while this one receives the next packet.
    private const int SmallBytes = 4 * 1024;

    private readonly Lock _gate = new();
    private readonly OutputBuffer _output = new(int.MaxValue);
    private readonly TaskCompletionSource _opened = new();
    private readonly TaskCompletionSource<bool> _started = new();
    private readonly TaskCompletionSource<ProcessExit> _exit = new();
    private readonly ReceiveWindow _receiveWindow = new();
    private readonly SendWindow _sendWindow = new();
    private uint _remoteNumber;
    private int _remotePacketBytes;
    private volatile SshConnectionException? _fault;
    private volatile ProcessExit? _status;
    private bool _isStarting;
    private bool _isClosed; // by the server, or disposed of
    private bool _isCloseSent;
    private bool _isInputEnded;
    private bool _isDisposed;

    /// <summary>The channel's number on our side.</summary>
    public uint Number => number;

    /// <summary>Whether the server has opened the channel. For the thread that listens to the server.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Completes when the server has opened the channel, and faults when it refuses.</summary>
    public Task Opened => _opened.Task;

    public Task<ProcessExit> Exit => _exit.Task;

    public bool HasOutput => _output.HasBytes;

    public long InputTakenBytes => _sendWindow.TakenBytes;

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
            // A signal that overtakes the command would be lost.
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
            IsOpen = true;
            _remoteNumber = message.RemoteChannelNumber;
            _sendWindow.Open(message.InitialWindowSize);
            _remotePacketBytes = (int)Math.Clamp(message.MaximumPacketSize, 1, ReceiveWindow.PacketBytes);
            if (_isDisposed)
            {
                // The caller has given up: the server must not keep the channel open.
                Close();
            }
        }

        _opened.TrySetResult();
    }

    public void OnRefused(ChannelOpenFailureMessage message) =>
        _opened.Fail(
            new SshChannelException($"the server refused to open a channel: {Printable.Text(message.Description, 300)}")
        );

    public void OnWindow(uint bytes)
    {
        lock (_gate)
        {
            _sendWindow.Widen(bytes);
        }
    }

    public void OnData(OutputStream stream, ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            _receiveWindow.Use(data.Length);

            // The buffer drops it after disposal.
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
        // The flag for a reply, then the data of the request.
        var data = message.RequestData.AsSpan();
        var wantsReply = data.Length > 0 && data[0] != 0;
        data = data.Length > 0 ? data[1..] : data;
        if (ExitRequest.Parse(message.RequestName, data) is { } exit)
        {
            OnExit(exit);
        }
        else if (wantsReply)
        {
            session.Link.Reply(new ChannelFailureMessage(_remoteNumber));
        }
    }

    /// <summary>The server answered the request to run the command, the only one that asks for a reply.</summary>
    public void OnAnswer(bool isSuccess)
    {
        if (!_isStarting)
        {
            throw new InvalidDataException("the server answered a request that was not sent");
        }

        _started.TrySetResult(isSuccess);
    }

    /// <summary>The connection is lost: faults the tasks of this process.</summary>
    public void Fail(SshConnectionException fault)
    {
        lock (_gate)
        {
            _fault = fault;
            _output.Complete(fault);
            _sendWindow.WakeWriter();
        }

        // The thread that closes a session may hold locks.
        ThreadPool.UnsafeQueueUserWorkItem(
            static failed =>
            {
                failed.Process._opened.Fail(failed.Fault);
                failed.Process._started.Fail(failed.Fault);
                failed.Process._exit.Fail(failed.Fault);
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
            // Usually the end of output follows at once.
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

    // Under the gate.
    private void Close()
    {
        _isClosed = true;
        if (IsOpen && !_isCloseSent && _fault is null)
        {
            _isCloseSent = true;
            session.Link.Post(new ChannelCloseMessage(_remoteNumber));
        }
    }

    // The channel is closed.
    private void End()
    {
        lock (_gate)
        {
            _sendWindow.WakeWriter();
        }

        if (_fault is null)
        {
            _started.TrySetResult(false);
            _exit.TrySetResult(_status ?? ProcessExit.Unknown);
        }

        WakeReaderHere();
    }

    private void Grant(int bytes)
    {
        lock (_gate)
        {
            _receiveWindow.Release(bytes);
            if (!_isClosed && _fault is null && _receiveWindow.Grant() is > 0 and var granted)
            {
                session.Link.Post(new ChannelWindowAdjustMessage(_remoteNumber, granted));
            }
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
                throw new SshChannelException("the server closed the channel: standard input is no longer read");
            }

            return _sendWindow.Take(wanted, out room);
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        // A copy: messages that wait to be sent cannot be revoked when the caller gives up.
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
