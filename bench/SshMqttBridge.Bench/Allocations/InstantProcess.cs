using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Bench.Allocations;

/// <summary>A process that prints one line and exits with status 0.</summary>
internal sealed class InstantProcess : IRemoteProcess
{
    private static readonly byte[] Printed = [.. "active\n"u8];
    private static readonly Task<ProcessExit> Ended = Task.FromResult(new ProcessExit(0, null));

    private bool _isRead;

    /// <summary>The outcome that the bridge derives from it.</summary>
    public static CommandOutcome Outcome { get; } =
        new(CommandStatus.Succeeded)
        {
            Exit = 0,
            Output = new CommandOutput(Printed, default, Printed.Length, 0, Truncated: false),
        };

    public Task<ProcessExit> Exit => Ended;

    public bool HasOutput => !_isRead;

    public long InputTakenBytes => 0;

    public Task StartAsync(string command, CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask<ProcessOutput> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_isRead)
        {
            return default;
        }

        _isRead = true;
        Printed.CopyTo(buffer);
        return new ValueTask<ProcessOutput>(new ProcessOutput(OutputStream.StandardOutput, Printed.Length));
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask CloseInputAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask SignalAsync(string signal, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    ValueTask IRemoteProcess.DisposeAsync() => ValueTask.CompletedTask;

    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;
}
