using System.Diagnostics;
using System.Threading.Channels;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Transfers;

/// <summary>
/// A session whose commands run in a shell of this machine, in a folder of their own: the real scp, without a server.
/// </summary>
internal sealed class LocalShell(string home) : ISshSession
{
    public HostKey HostKey { get; } = new("none", ReadOnlyMemory<byte>.Empty);
    public NegotiatedAlgorithms Algorithms { get; } = new("none", null, "none", "none", null, null);
    public CancellationToken Disconnected => CancellationToken.None;

    /// <summary>PATH for the commands; null: this process's.</summary>
    public string? SearchPath { get; init; }

    /// <summary>Put before each command, as a shell's startup file would be.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Called with each block of input, before the command receives it.</summary>
    public Action<ReadOnlyMemory<byte>> OnInput { get; init; } = _ => { };

    /// <summary>Called with each block of output, before the reader receives it.</summary>
    public Action<ReadOnlyMemory<byte>> OnOutput { get; init; } = _ => { };

    public Task<IRemoteProcess> OpenChannelAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IRemoteProcess>(new ShellProcess(this, home));

    public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class ShellProcess(LocalShell shell, string home) : IRemoteProcess
    {
        private readonly Channel<(OutputStream Stream, byte[] Bytes)> _output = Channel.CreateBounded<(OutputStream, byte[])>(4);
        private readonly TaskCompletionSource<ProcessExit> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Process? _process;
        private Task _pumps = Task.CompletedTask;
        private (OutputStream Stream, ReadOnlyMemory<byte> Bytes) _rest;

        public long InputTakenBytes => 0;
        public bool HasOutput => throw new NotSupportedException("Transfers do not ask.");

        public Task<ProcessExit> Exit => _exit.Task;

        public Task StartAsync(string command, CancellationToken cancellationToken)
        {
            // As sshd does: a group of its own for the command, so that a signal reaches all of it.
            var start = new ProcessStartInfo("setsid", ["/bin/sh", "-c", shell.Profile + command])
            {
                UseShellExecute = false,
                WorkingDirectory = home,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            if (shell.SearchPath is { } path)
            {
                start.FileName = "/usr/bin/setsid";
                start.Environment["PATH"] = path;
            }
            _process = Process.Start(start)!;
            _pumps = PumpAllAsync(_process);
            return Task.CompletedTask;
        }

        public async ValueTask<ProcessOutput> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (_rest.Bytes.IsEmpty)
            {
                if (!await _output.Reader.WaitToReadAsync(cancellationToken))
                {
                    return default;
                }
                _rest = await _output.Reader.ReadAsync(cancellationToken);
                shell.OnOutput(_rest.Bytes);
            }
            var count = Math.Min(buffer.Length, _rest.Bytes.Length);
            _rest.Bytes[..count].CopyTo(buffer);
            _rest.Bytes = _rest.Bytes[count..];
            return new ProcessOutput(_rest.Stream, count);
        }

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            shell.OnInput(data);
            try
            {
                await _process!.StandardInput.BaseStream.WriteAsync(data, cancellationToken);
                await _process.StandardInput.BaseStream.FlushAsync(cancellationToken);
            }
            catch (IOException exception)
            {
                throw new SshChannelException(exception.Message);
            }
        }

        public ValueTask CloseInputAsync(CancellationToken cancellationToken)
        {
            CloseInput(_process!);
            return ValueTask.CompletedTask;
        }

        // Closing writes what a failed write has left in the buffer; a process that has ended does not read it.
        private static void CloseInput(Process process)
        {
            try
            {
                process.StandardInput.Close();
            }
            catch (IOException) { }
        }

        public async ValueTask SignalAsync(string signal, CancellationToken cancellationToken)
        {
            if (!Exit.IsCompleted)
            {
                using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} -{_process!.Id}"]);
                await kill.WaitForExitAsync(cancellationToken);
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_process is null)
            {
                return;
            }
            CloseInput(_process);
            _output.Writer.TryComplete();
            using (var kill = Process.Start("/bin/sh", ["-c", $"kill -KILL -{_process.Id} 2>/dev/null"]))
            {
                await kill.WaitForExitAsync();
            }
            await _pumps;
            _process.Dispose();
        }

        private async Task PumpAllAsync(Process process)
        {
            var output = PumpAsync(process.StandardOutput.BaseStream, OutputStream.StandardOutput);
            var error = PumpAsync(process.StandardError.BaseStream, OutputStream.StandardError);
            await process.WaitForExitAsync();
            _exit.TrySetResult(new ProcessExit(process.ExitCode, null));
            await Task.WhenAll(output, error);
            _output.Writer.TryComplete();
        }

        private async Task PumpAsync(Stream stream, OutputStream name)
        {
            var buffer = new byte[1 << 15];
            try
            {
                for (int count; (count = await stream.ReadAsync(buffer)) > 0; )
                {
                    await _output.Writer.WriteAsync((name, buffer[..count]));
                }
            }
            catch (ChannelClosedException) { }
        }
    }
}
