using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Transfers;

/// <summary>
/// A session with one channel, whose command is a method of the test. When the method returns the channel closes.
/// </summary>
internal sealed class ScriptedProcess(Func<ScriptedProcess, Task> script) : ISshSession, IRemoteProcess
{
    private readonly Channel<(OutputStream Stream, byte[] Bytes)> _output = Channel.CreateBounded<(OutputStream, byte[])>(16);
    private readonly Pipe _input = new();
    private readonly TaskCompletionSource<ProcessExit> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopped = new();
    private volatile bool _readerWaits;
    private long _saidBytes;
    private readonly TaskCompletionSource _startedAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _takenBytes;
    private Task _running = Task.CompletedTask;
    private (OutputStream Stream, ReadOnlyMemory<byte> Bytes) _rest;

    /// <summary>
    /// What went on, in order: <c>open</c>, <c>before</c> (by the test), <c>start</c>, <c>signal TERM</c>, <c>dispose</c>.
    /// </summary>
    public List<string> Events { get; } = [];
    public string Command { get; private set; } = "";

    /// <summary>Cancelled when the bridge signals the process, or closes the channel.</summary>
    public CancellationToken Stopped => _stopped.Token;
    public bool HasOutput => throw new NotSupportedException("Transfers do not ask.");
    public long InputTakenBytes { get; set; }
    public bool IgnoresSignals { get; init; }

    /// <summary>Whether it begins with the line that a POSIX shell prints first.</summary>
    public bool HasShell { get; init; } = true;
    public Exception? RefuseChannel { get; init; }
    public Exception? RefuseCommand { get; init; }

    public HostKey HostKey { get; } = new("none", ReadOnlyMemory<byte>.Empty);
    public NegotiatedAlgorithms Algorithms { get; } = new("none", null, "none", "none", null, null);
    public string ServerVersion { get; init; } = "SSH-2.0-OpenSSH_9.2p1";
    public CancellationToken Disconnected => CancellationToken.None;
    public Task<ProcessExit> Exit => _exit.Task;

    // The script's side.

    public Task PrintAsync(ReadOnlyMemory<byte> bytes) => PrintAsync(OutputStream.StandardOutput, bytes.ToArray());

    public Task PrintAsync(string text) => PrintAsync(Encoding.UTF8.GetBytes(text));

    public Task PrintErrorAsync(string text) => PrintAsync(OutputStream.StandardError, Encoding.UTF8.GetBytes(text));

    /// <summary>Exactly so many bytes of input.</summary>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        var read = await _input.Reader.ReadAtLeastAsync(count, Stopped);
        var bytes = read.Buffer.Slice(0, Math.Min(count, read.Buffer.Length)).ToArray();
        _input.Reader.AdvanceTo(read.Buffer.GetPosition(bytes.Length));
        return bytes;
    }

    public async Task<string> ReceiveLineAsync()
    {
        var line = new StringBuilder();
        for (char next; (next = (char)(await ReceiveAsync(1))[0]) != '\n'; )
        {
            line.Append(next);
        }
        return line.ToString();
    }

    public void ExitWith(int status) => _exit.TrySetResult(new ProcessExit(status, null));

    public void LoseConnection() => _exit.TrySetException(new SshConnectionException(SshFault.Lost, "the connection was cut"));

    /// <summary>Waits until the bridge has read all output, and waits for more.</summary>
    public async Task TakenAsync()
    {
        while (Volatile.Read(ref _takenBytes) < _saidBytes || !_readerWaits)
        {
            await Task.Delay(1);
        }
    }

    /// <summary>Completes when the bridge starts a second command, the one that signals this process.</summary>
    public Task StartedAgain => _startedAgain.Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Waits until the bridge stops it.</summary>
    public Task HangAsync() => Task.Delay(Timeout.Infinite, Stopped);

    // The bridge's side.

    public Task<IRemoteProcess> OpenChannelAsync(CancellationToken cancellationToken)
    {
        Events.Add("open");
        return RefuseChannel is null ? Task.FromResult<IRemoteProcess>(this) : Task.FromException<IRemoteProcess>(RefuseChannel);
    }

    public Task StartAsync(string command, CancellationToken cancellationToken)
    {
        Events.Add("start");
        if (Events.Count(step => step == "start") > 1)
        {
            _startedAgain.TrySetResult();
        }

        Command = command;
        if (RefuseCommand is not null)
        {
            return Task.FromException(RefuseCommand);
        }
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async ValueTask<ProcessOutput> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_rest.Bytes.IsEmpty)
        {
            _readerWaits = true;
            if (!await _output.Reader.WaitToReadAsync(cancellationToken))
            {
                return _exit.Task.IsFaulted ? throw _exit.Task.Exception!.InnerException! : default;
            }
            _rest = await _output.Reader.ReadAsync(cancellationToken);
        }
        var count = Math.Min(buffer.Length, _rest.Bytes.Length);
        _rest.Bytes[..count].CopyTo(buffer);
        _rest.Bytes = _rest.Bytes[count..];
        _readerWaits = false;
        Volatile.Write(ref _takenBytes, _takenBytes + count);
        return new ProcessOutput(_rest.Stream, count);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if ((await _input.Writer.WriteAsync(data, cancellationToken)).IsCompleted)
        {
            throw _exit.Task.IsFaulted ? _exit.Task.Exception!.InnerException! : new SshChannelException("closed");
        }
    }

    public async ValueTask CloseInputAsync(CancellationToken cancellationToken) => await _input.Writer.CompleteAsync();

    public async ValueTask SignalAsync(string signal, CancellationToken cancellationToken)
    {
        Events.Add("signal " + signal);
        if (!IgnoresSignals)
        {
            await _stopped.CancelAsync();
            // It ends before any time elapses: the tests' clock may be far ahead of the thread pool.
            await _running;
        }
    }

    public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async ValueTask IRemoteProcess.DisposeAsync()
    {
        Events.Add("dispose");
        await _stopped.CancelAsync();
        await _running;
    }

    ValueTask ISshSession.DisposeAsync() => ValueTask.CompletedTask;

    async ValueTask IAsyncDisposable.DisposeAsync() => await ((IRemoteProcess)this).DisposeAsync();

    private async Task PrintAsync(OutputStream stream, byte[] bytes)
    {
        _saidBytes += bytes.Length;
        await _output.Writer.WriteAsync((stream, bytes), Stopped);
    }

    private async Task RunAsync()
    {
        try
        {
            const string arguments = "' sh ";
            var start = Command.IndexOf(arguments, StringComparison.Ordinal);
            if (HasShell && start >= 0)
            {
                // As a shell reads them: quoted words, of hexadecimal digits only.
                var halves = Command[(start + arguments.Length)..].Split(' ');
                await PrintAsync($"{halves[0].Trim('\'')}{halves[1].Trim('\'')}\n");
            }
            await script(this);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IndexOutOfRangeException)
        {
            // Stopped, or its input ended, as it does to a real one.
        }
        await _input.Reader.CompleteAsync();
        _exit.TrySetResult(ProcessExit.Unknown);
        _output.Writer.TryComplete();
    }
}
