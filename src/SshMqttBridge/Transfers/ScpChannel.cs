using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Transfers;

/// <summary>The SCP protocol's small change over a process: bytes, lines, answers, and what to say when they do not come. Used by one thread at a time.</summary>
internal sealed class ScpChannel(IRemoteProcess process, StallWatch watch, ProgressWatch progress, TimeProvider time)
{
    /// <summary>The longest line taken from the peer. scp's own are a name (255 bytes) and some numbers.</summary>
    private const int MaximumLineBytes = 4096;
    private const int SliceBytes = 1 << 16;

    /// <summary>How long the end of output is waited for when the exit status is there, or nothing more can come of it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly byte[] Zero = [0];
    private readonly byte[] _buffer = new byte[1 << 15];
    private readonly byte[] _errors = new byte[2048];
    private int _start;
    private int _end;
    private int _errorCount;

    /// <summary>Cancelled by the caller, or when nothing moves.</summary>
    public CancellationToken Token => watch.Token;

    /// <summary>The file's content comes next.</summary>
    /// <param name="size">In bytes.</param>
    /// <param name="isUpload">Whether it is sent, not received.</param>
    public void BeginContent(long size, bool isUpload) => progress.Begin(size, isUpload);

    /// <summary>Says yes: go on. Where nobody listens any more, what the peer said last is still to be read, and tells why.</summary>
    public async ValueTask SendAcknowledgementAsync()
    {
        try
        {
            await process.WriteAsync(Zero, Token);
        }
        catch (SshChannelException) { }
    }

    /// <summary>Sends all of it, in slices so small that a slow line is seen to move.</summary>
    /// <exception cref="TransferException">Nobody reads any more: <c>remote</c>, with the reason the server gave.</exception>
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

    /// <summary>Waits for the peer's yes.</summary>
    /// <exception cref="TransferException"><c>remote</c>: it said no, or something that is not SCP.</exception>
    public async ValueTask ReadAcknowledgementAsync()
    {
        var answer = await ReadByteAsync();
        if (answer != 0)
        {
            throw await NotAcknowledgedAsync(answer);
        }
    }

    /// <summary>Why a byte that should have been 0 is another.</summary>
    public async ValueTask<TransferException> NotAcknowledgedAsync(byte answer)
    {
        if (answer is not (1 or 2))
        {
            return await NoScpAsync(answer);
        }
        var words = Printable.Text(await ReadLineAsync(), 300);
        // scp has another word for a file that changes under it, but the script knows.
        var exit = await GiveUpAsync();
        return Remote(exit.Status == ScpCommand.ChangedStatus ? Explain(exit) : words);
    }

    /// <summary>One byte of standard output.</summary>
    /// <exception cref="TransferException"><c>remote</c>: there is none.</exception>
    public async ValueTask<byte> ReadByteAsync()
    {
        if (_start == _end && await FillAsync(Token) == 0)
        {
            throw await EndedEarlyAsync();
        }
        return _buffer[_start++];
    }

    /// <summary>The rest of a line, without its end.</summary>
    /// <exception cref="TransferException"><c>remote</c>: it does not end, or is too long.</exception>
    public async ValueTask<byte[]> ReadLineAsync()
    {
        var line = new List<byte>();
        for (var next = await ReadByteAsync(); next != '\n'; next = await ReadByteAsync())
        {
            line.Add(next);
            if (line.Count > MaximumLineBytes)
            {
                throw Remote($"the server sent an endless line: '{Printable.Text(line.ToArray())}'");
            }
        }
        return [.. line];
    }

    /// <summary>Some bytes of a file's content.</summary>
    /// <exception cref="TransferException"><c>remote</c>: there are no more.</exception>
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

    /// <summary>Ends the input and waits until the command has ended well.</summary>
    /// <exception cref="TransferException"><c>remote</c>: it did not, or had more to say on standard output.</exception>
    public async ValueTask FinishAsync()
    {
        await process.CloseInputAsync(Token);
        await DrainAsync(Token);
        if (_start < _end)
        {
            throw Remote($"the server sent more than one file: '{Printable.Text(_buffer.AsSpan(_start, _end - _start))}'");
        }
        var exit = await process.Exit.WaitAsync(Token);
        if (exit.Status != 0)
        {
            throw Remote(Explain(exit));
        }
    }

    /// <summary>A fault for text that is not SCP, with what there is of it.</summary>
    public async ValueTask<TransferException> NoScpAsync(params byte[] first)
    {
        await GiveUpAsync();
        var text = Printable.Text([.. first, .. _buffer.AsSpan(_start, _end - _start)]);
        return Remote($"the server printed text where scp's answer should be (a .bashrc that prints?): '{text}'");
    }

    /// <summary>A fault for output that ended too early, with the best reason to be had.</summary>
    private async ValueTask<TransferException> EndedEarlyAsync()
    {
        var exit = await GiveUpAsync();
        return _start < _end && _buffer[_start] is 1 or 2
            ? Remote(Printable.Text(_buffer.AsSpan(_start + 1, _end - _start - 1), 300))
            : Remote(Explain(exit));
    }

    /// <summary>Ends the input, on which any scp ends, and takes the last words, if they come soon.</summary>
    private async ValueTask<ProcessExit> GiveUpAsync()
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
            return ProcessExit.Unknown;
        }
    }

    private string Explain(ProcessExit exit)
    {
        var errors = Printable.Text(_errors.AsSpan(0, _errorCount), 300);
        return exit switch
        {
            { Status: ScpCommand.ChangedStatus } => "the file changed while it was read",
            { Status: 127 } => $"there is no scp on the server: {errors}",
            _ when errors.Length > 0 => errors,
            { Signal: { } signal } => $"scp on the server was ended by signal {signal}",
            { Status: { } status } => $"scp on the server ended early, with exit status {status}",
            _ => "scp on the server ended early",
        };
    }

    /// <summary>
    /// Reads on to the end of output, what fits of it, so that the last words are known. Something in the background may hold the output open: once the
    /// command has ended, that is not waited for.
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
        // The reader has come to the end first, or meets the same fault.
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

    /// <summary>Bytes of standard output. Standard error is kept as far as it fits, and is no progress: chatter must not keep a transfer alive.</summary>
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
