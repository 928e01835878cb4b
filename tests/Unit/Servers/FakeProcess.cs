using System.Text;
using System.Threading.Channels;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>A remote process that the test controls. A signal ends it unless it ignores signals.</summary>
internal sealed class FakeProcess(Action<FakeProcess> onStart) : IRemoteProcess
{
    private readonly Channel<(OutputStream Stream, byte[] Bytes)> _output = Channel.CreateUnbounded<(OutputStream, byte[])>();
    private readonly TaskCompletionSource<ProcessExit> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<string> _signals = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _input = new();

    /// <summary>Thrown when it is disposed of, as by a defect.</summary>
    public Exception? DisposeFailure { get; set; }

    public string CommandLine { get; private set; } = "";
    public bool IgnoresSignals { get; set; }
    public bool IsDisposed { get; private set; }
    public string Input => _input.ToString();
    public Task Started => _started.Task;
    public long InputTakenBytes => 0;
    public bool HasOutput => _output.Reader.Count > 0;

    public Task<ProcessExit> Exit => _exit.Task;

    public Task<string> SignalledAsync() => _signals.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public void Print(string text, OutputStream stream = OutputStream.StandardOutput) =>
        _output.Writer.TryWrite((stream, Encoding.UTF8.GetBytes(text)));

    /// <summary>Reports the exit status while something still holds the output open.</summary>
    public void Exits(long status) => _exit.TrySetResult(new ProcessExit(status, null));

    /// <summary>Ends the output without reporting how the command ended.</summary>
    public void EndsOutput() => _output.Writer.TryComplete();

    public void Ends(ProcessExit exit)
    {
        _exit.TrySetResult(exit);
        _output.Writer.TryComplete();
    }

    public void End(long status)
    {
        Exits(status);
        _output.Writer.TryComplete();
    }

    public void Lose()
    {
        var fault = new SshConnectionException(SshFault.Lost, "the connection was cut");
        _exit.TrySetException(fault);
        _output.Writer.TryComplete(fault);
    }

    public Task StartAsync(string command, CancellationToken cancellationToken)
    {
        CommandLine = command;
        _started.TrySetResult();
        onStart(this);
        return Task.CompletedTask;
    }

    public async ValueTask<ProcessOutput> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!await _output.Reader.WaitToReadAsync(cancellationToken) || !_output.Reader.TryRead(out var piece))
        {
            return default;
        }

        piece.Bytes.CopyTo(buffer);
        return new ProcessOutput(piece.Stream, piece.Bytes.Length);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        _input.Append(Encoding.UTF8.GetString(data.Span));
        return ValueTask.CompletedTask;
    }

    public ValueTask CloseInputAsync(CancellationToken cancellationToken)
    {
        _input.Append('∎');
        return ValueTask.CompletedTask;
    }

    public ValueTask SignalAsync(string signal, CancellationToken cancellationToken)
    {
        if (!IgnoresSignals)
        {
            _exit.TrySetResult(new ProcessExit(null, signal));
            _output.Writer.TryComplete();
        }

        _signals.Writer.TryWrite(signal);
        return ValueTask.CompletedTask;
    }

    ValueTask IRemoteProcess.DisposeAsync()
    {
        IsDisposed = true;
        _output.Writer.TryComplete();
        return DisposeFailure is { } failure ? ValueTask.FromException(failure) : ValueTask.CompletedTask;
    }

    ValueTask IAsyncDisposable.DisposeAsync() => ((IRemoteProcess)this).DisposeAsync();
}
