using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Transfers;

/// <summary>
/// The elements of the SCP protocol over a process: bytes, lines and acknowledgements, and the errors if they are missing. Used
/// by one thread at a time.
/// </summary>
internal sealed class ScpChannel(
    IRemoteProcess process,
    ReadOnlyMemory<byte> startMark,
    ScpForm form,
    StallWatch watch,
    ProgressWatch progress,
    TimeProvider time
)
{
    /// <summary>The longest line accepted from the peer. A line of scp is a name (255 bytes) and some numbers.</summary>
    private const int MaximumLineBytes = 4096;
    private const int SliceBytes = 1 << 16;

    /// <summary>How long to wait for the end of output after the exit status or a failure.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly byte[] Zero = [0];
    private readonly byte[] _buffer = new byte[1 << 15];
    private readonly byte[] _errors = new byte[2048];
    private int _start;
    private int _end;
    private int _errorCount;

    /// <summary>Cancelled by the caller, or when the transfer stalls.</summary>
    public CancellationToken Token => watch.Token;

    /// <summary>Whether scp itself opens the destination of an upload, and not a script with a temporary file.</summary>
    public bool IsPlain => form == ScpForm.Plain;

    /// <summary>Whether the output so far proves that the command of the transfer runs.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Whether the destination of an upload on the server may be incomplete if the transfer fails.</summary>
    public bool MayLeaveIncompleteFile { get; private set; }

    /// <summary>Requests the command.</summary>
    /// <exception cref="ScpNotStartedException">The server refused the request.</exception>
    public async Task StartAsync(string line)
    {
        try
        {
            await process.StartAsync(line, Token);
        }
        catch (SshChannelException exception) when (exception.Fault == SshChannelFault.Refused)
        {
            throw new ScpNotStartedException(exception);
        }
    }

    /// <summary>Waits for the line with which the script begins. The plain form has none.</summary>
    /// <exception cref="TransferException"><c>remote</c>: there was output before it.</exception>
    /// <exception cref="ScpNotStartedException">No POSIX shell has read the script.</exception>
    public async ValueTask ReadStartMarkAsync()
    {
        if (IsPlain)
        {
            return;
        }
        while (_end - _start < startMark.Length && startMark.Span.StartsWith(_buffer.AsSpan(_start, _end - _start)))
        {
            if (await FillAsync(Token) == 0)
            {
                throw NotStarted(await GiveUpAsync());
            }
        }
        if (!_buffer.AsSpan(_start, _end - _start).StartsWith(startMark.Span))
        {
            throw await NoStartMarkAsync();
        }
        _start += startMark.Length;
        MarkStarted();
    }

    /// <summary>The peer has answered in SCP.</summary>
    public void MarkStarted() => HasStarted = true;

    /// <summary>The content of the file follows.</summary>
    /// <param name="size">In bytes.</param>
    /// <param name="isUpload">Whether the content is sent, not received.</param>
    public void BeginContent(long size, bool isUpload)
    {
        MayLeaveIncompleteFile = isUpload && IsPlain;
        progress.Begin(size, isUpload);
    }

    /// <summary>
    /// Acknowledges. If the peer has closed the channel, its last message is still unread and gives the reason.
    /// </summary>
    public async ValueTask SendAcknowledgementAsync()
    {
        try
        {
            await process.WriteAsync(Zero, Token);
        }
        catch (SshChannelException) { }
    }

    /// <summary>Sends all bytes, in slices small enough to show progress on a slow line.</summary>
    /// <exception cref="TransferException"><c>remote</c>: the server has stopped reading; with the reason that it
    /// gave.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data)
    {
        try
        {
            while (!data.IsEmpty)
            {
                var slice = data[..Math.Min(data.Length, SliceBytes)];
                await process.WriteAsync(slice, Token);
                watch.Moved();
                progress.Moved(slice.Length);
                data = data[slice.Length..];
            }
        }
        catch (SshChannelException)
        {
            throw await EndedEarlyAsync();
        }
    }

    /// <summary>Waits for the peer's acknowledgement.</summary>
    /// <exception cref="TransferException"><c>remote</c>: the peer reported an error, or did not answer in SCP.</exception>
    public async ValueTask ReadAcknowledgementAsync()
    {
        var answer = await ReadByteAsync();
        if (answer != 0)
        {
            throw await NotAcknowledgedAsync(answer);
        }
    }

    /// <summary>Describes an answer that is not an acknowledgement.</summary>
    public async ValueTask<Exception> NotAcknowledgedAsync(byte answer)
    {
        if (answer is not (1 or 2))
        {
            return await NotScpAsync(answer);
        }
        var message = Printable.Text(await ReadLineAsync(mayEnd: true), 300);
        // scp reports a changed file with a different message; the script detects it.
        var exit = await GiveUpAsync();
        return Remote(
            exit?.Status == ScpCommand.ChangedStatus || message.Length == 0 && HasFailed(exit) ? Explain(exit) : message
        );
    }

    /// <summary>Reads one byte of standard output.</summary>
    /// <exception cref="TransferException"><c>remote</c>: the output has ended.</exception>
    public async ValueTask<byte> ReadByteAsync()
    {
        if (_start == _end && await FillAsync(Token) == 0)
        {
            throw await EndedEarlyAsync();
        }
        return _buffer[_start++];
    }

    /// <summary>Reads the rest of a line, without its end.</summary>
    /// <param name="mayEnd">Whether the end of the output also ends the line.</param>
    /// <exception cref="TransferException"><c>remote</c>: the line does not end, or is too long.</exception>
    public async ValueTask<byte[]> ReadLineAsync(bool mayEnd = false)
    {
        var line = new List<byte>();
        while (!mayEnd || _start < _end || await FillAsync(Token) > 0)
        {
            var next = await ReadByteAsync();
            if (next == '\n')
            {
                break;
            }
            line.Add(next);
            if (line.Count > MaximumLineBytes)
            {
                throw Remote($"the server sent a line without end: '{Printable.Text(line.ToArray())}'");
            }
        }
        return [.. line];
    }

    /// <summary>Reads some bytes of a file's content.</summary>
    /// <exception cref="TransferException"><c>remote</c>: the output has ended.</exception>
    public async ValueTask<int> ReadContentAsync(Memory<byte> destination)
    {
        if (_start < _end)
        {
            var count = Math.Min(destination.Length, _end - _start);
            _buffer.AsMemory(_start, count).CopyTo(destination);
            _start += count;
            progress.Moved(count);
            return count;
        }
        var read = await ReadOutputAsync(destination, Token);
        progress.Moved(read);
        return read > 0 ? read : throw await EndedEarlyAsync();
    }

    /// <summary>Ends the input and waits until the command has succeeded.</summary>
    /// <exception cref="TransferException"><c>remote</c>: the command failed, or sent more output.</exception>
    public async ValueTask FinishAsync()
    {
        await process.CloseInputAsync(Token);
        await DrainAsync(Token);
        if (_start < _end)
        {
            var more = _buffer[_start] is (byte)'C' or (byte)'D' or (byte)'T'
                ? "more than one file"
                : "more after the end of the file";
            throw Remote($"the server sent {more}: '{Printable.Text(_buffer.AsSpan(_start, _end - _start))}'");
        }
        var exit = await process.Exit.WaitAsync(Token);
        // Servers without a POSIX shell are often devices that return no exit status; scp has acknowledged everything by now.
        if (HasFailed(exit) && !(IsPlain && exit == ProcessExit.Unknown))
        {
            throw Remote(Explain(exit));
        }
    }

    /// <summary>Describes output that is not SCP, with its text.</summary>
    public async ValueTask<Exception> NotScpAsync(params byte[] first)
    {
        var exit = await GiveUpAsync();
        byte[] output = [.. first, .. Unread];
        return HasStarted
            ? Remote($"scp on the server did not answer in the SCP protocol: '{Printable.Text(output)}'")
            : NotStarted(exit, output);
    }

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    private async ValueTask<Exception> NoStartMarkAsync()
    {
        var exit = await GiveUpAsync();
        var before = Unread.IndexOf(startMark.Span);
        // Not all of the output may be known; what is known is text in any case.
        var isText = before > 0 || exit is null || _end == _buffer.Length;
        return isText
            ? Remote($"the server printed text before scp's answer: '{Printable.Text(before > 0 ? Unread[..before] : Unread)}'")
            : NotStarted(exit);
    }

    private ScpNotStartedException NotStarted(ProcessExit? exit) => NotStarted(exit, Unread);

    private ScpNotStartedException NotStarted(ProcessExit? exit, ReadOnlySpan<byte> output)
    {
        byte[] all = [.. output, (byte)'\n', .. _errors.AsSpan(0, _errorCount)];
        return new ScpNotStartedException(Printable.Text(all, 200), exit);
    }

    /// <summary>Describes output that ended too early, with the best available reason.</summary>
    private async ValueTask<Exception> EndedEarlyAsync()
    {
        var exit = await GiveUpAsync();
        return _start < _end && _buffer[_start] is 1 or 2
                ? Remote(Printable.Text(_buffer.AsSpan(_start + 1, _end - _start - 1), 300))
            : HasStarted ? Remote(Explain(exit))
            : NotStarted(exit);
    }

    /// <summary>Ends the input, on which scp exits, and reads the last output, if it arrives soon.</summary>
    /// <returns>Null: it has not ended by then.</returns>
    private async ValueTask<ProcessExit?> GiveUpAsync()
    {
        using var deadline = new Deadline(Grace, time, Token);
        try
        {
            await process.CloseInputAsync(deadline.Token);
            await DrainAsync(deadline.Token);
            return await process.Exit.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            return null;
        }
    }

    private static bool HasFailed(ProcessExit? exit) => exit?.Status != 0;

    private string Explain(ProcessExit? exit)
    {
        var errors = Printable.Text(_errors.AsSpan(0, _errorCount), 300);
        return exit switch
        {
            { Status: ScpCommand.ChangedStatus } => "the file changed during the transfer",
            { Status: 127 } => $"scp not found on the server: {errors}",
            _ when errors.Length > 0 => errors,
            { Signal: { } signal } => $"scp on the server was killed by signal {signal}",
            { Status: { } status } => $"scp on the server exited early with status {status}",
            _ => "scp on the server exited early",
        };
    }

    /// <summary>
    /// Reads the rest of the output, as far as it fits, for the error message. A background process may keep the output open:
    /// once the command has ended, the wait is limited.
    /// </summary>
    private async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var end = EndSoonAsync(enough);
        try
        {
            while ((_start == _end || _end < _buffer.Length) && await FillAsync(enough.Token) > 0) { }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested) { }
        finally
        {
            await enough.CancelAsync();
            await end;
        }
    }

    private async Task EndSoonAsync(CancellationTokenSource enough)
    {
        try
        {
            await process.Exit.WaitAsync(enough.Token);
            await Task.Delay(Grace, time, enough.Token);
            await enough.CancelAsync();
        }
        // The reader has reached the end first, or gets the same exception.
        catch (Exception exception) when (exception is OperationCanceledException or SshConnectionException) { }
    }

    private async ValueTask<int> FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
        var count = await ReadOutputAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        return count;
    }

    /// <summary>
    /// Reads standard output. Standard error is kept as far as it fits and does not count as progress, so it cannot keep a
    /// stalled transfer alive.
    /// </summary>
    private async ValueTask<int> ReadOutputAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (true)
        {
            var output = await process.ReadAsync(destination, cancellationToken);
            if (output.Count == 0)
            {
                return 0;
            }
            if (output.Stream == OutputStream.StandardOutput)
            {
                watch.Moved();
                return output.Count;
            }
            var kept = Math.Min(output.Count, _errors.Length - _errorCount);
            destination.Span[..kept].CopyTo(_errors.AsSpan(_errorCount));
            _errorCount += kept;
        }
    }

    public static TransferException Remote(string message) =>
        new(Reasons.Remote, message.Length == 0 ? "the server gave no reason" : message);
}
