using System.Buffers;
using System.Text;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Output;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>Runs one command in a channel: input, output, timeout, and the moment at which it counts as ended.</summary>
/// <param name="server">The server.</param>
/// <param name="live">Its connection.</param>
/// <param name="process">A new channel; disposed by the caller.</param>
/// <param name="publisher">Takes lines of output.</param>
/// <param name="events">Told what it prints as it prints it, when anybody listens.</param>
/// <param name="time">The clock.</param>
internal sealed class ExecRunner(
    ServerOptions server,
    SharedSession live,
    IRemoteProcess process,
    ResultPublisher publisher,
    EventBus events,
    TimeProvider time
) : IDisposable
{
    /// <summary>How long something left in the background may hold the output open after the exit status.</summary>
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);

    /// <summary>How long the end of output usually takes after the exit status: they arrive together.</summary>
    private static readonly TimeSpan UsualGap = TimeSpan.FromMilliseconds(20);

    /// <summary>More than an adapter and SSH's window hold: what may still be read of output that came before the linger time was over.</summary>
    private const long HeldBytes = 8 << 20;

    private const int BlockBytes = 64 * 1024;

    private readonly OutputCapture _capture = new(server.StandardOutput == StandardOutputMode.Never ? 0 : server.MaxOutputBytes);
    private readonly CancellationTokenSource _reading = new();
    private long _mayRead = long.MaxValue;
    private volatile int _reads;
    private volatile Task _read = Task.CompletedTask;

    /// <summary>Runs the command to its end. What goes wrong is in the outcome.</summary>
    /// <param name="command">The command.</param>
    /// <param name="pending">Tells when and why to stop.</param>
    public async Task<CommandOutcome> RunAsync(ExecCommand command, PendingCommand pending)
    {
        using var timeout = new CancellationTokenSource(command.Timeout, time);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, pending.Stop);
        try
        {
            await (
                command.StandardInput is { Length: > 0 }
                    ? process.StartAsync(command.CommandLine, stopping.Token)
                    : process.StartWithoutInputAsync(command.CommandLine, stopping.Token)
            );
        }
        catch (SshChannelException exception)
        {
            return CommandOutcome.Rejected(ReasonOf(exception), exception.Message);
        }
        catch (SshConnectionException exception)
        {
            return new CommandOutcome(CommandStatus.Lost, null, exception.Message);
        }
        catch (OperationCanceledException)
        {
            // The server may have begun it all the same.
            await StopAsync(pending);
            return Stopped(command, pending);
        }

        var input = command.StandardInput is { Length: > 0 } text ? FeedAsync(text) : Task.CompletedTask;
        var output = PumpAsync(command);
        var outcome = await EndAsync(command, pending, output, stopping.Token);
        await _reading.CancelAsync();
        await Quietly(Task.WhenAll(input, output));
        outcome = outcome with
        {
            Output = server.StandardOutput == StandardOutputMode.Never ? _capture.ToCounts() : _capture.ToOutput(),
        };
        return outcome.Exit is not null && output.Exception?.InnerException is SshConnectionException ? CutOff(outcome) : outcome;
    }

    /// <summary>Whether the command was to be stopped and may run on: then it holds its place among the server's sessions.</summary>
    public bool MayRunOn { get; private set; }

    public void Dispose() => _reading.Dispose();

    /// <summary>The result's reason for a channel or a command that was refused.</summary>
    public static string ReasonOf(SshChannelException exception) =>
        exception.Fault == SshChannelFault.TooLarge ? Reasons.TooLarge : Reasons.Channel;

    private async Task StopAsync(PendingCommand pending)
    {
        var patience = ProcessStopper.UsualPatience;
        var isShutdown = pending.Stop.IsCancellationRequested && pending.Cause == StopCause.Shutdown;
        MayRunOn = !await new ProcessStopper(live.Session, process, time).StopAsync(isShutdown ? patience / 2 : patience);
    }

    private async Task<CommandOutcome> EndAsync(
        ExecCommand command,
        PendingCommand pending,
        Task output,
        CancellationToken stopping
    )
    {
        try
        {
            await ExitOrLossAsync(output).WaitAsync(stopping);
            // The exit status is known: only being cancelled cuts the output short now.
            await DrainAsync(output, pending.Stop);
            return Ended(await process.Exit);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await StopAsync(pending);
            // A broker that is away may hold back lines for as long as it likes; the command's end does not wait for it.
            using var limit = new CancellationTokenSource(LingerTime / 2, time);
            await DrainAsync(output, limit.Token);
            return Stopped(command, pending);
        }
        catch (SshConnectionException exception)
        {
            // What had arrived before is still to be read.
            await Quietly(output.WaitAsync(pending.Stop));
            return new CommandOutcome(CommandStatus.Lost, null, exception.Message);
        }
    }

    private static Task Quietly(Task task) =>
        task.ContinueWith(
            static _ => { },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );

    /// <summary>Waits until the server has said how the process ended; fails as soon as the connection is lost, unless it had said so before.</summary>
    private async Task ExitOrLossAsync(Task output)
    {
        if (await Task.WhenAny(process.Exit, output) == output && !process.Exit.IsCompletedSuccessfully)
        {
            await output;
        }

        await process.Exit;
    }

    /// <summary>Waits for the end of output; what is left in the background and holds it open is waited for until nothing more comes.</summary>
    private async Task DrainAsync(Task output, CancellationToken cancelled)
    {
        // Nearly always both have come together.
        if (!process.Exit.IsCompletedSuccessfully || output.IsCompletedSuccessfully)
        {
            return;
        }

        using var limit = new CancellationTokenSource(LingerTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancelled);
        try
        {
            if (await Task.WhenAny(output, Task.Delay(UsualGap, time, either.Token)) != output)
            {
                await QuietAsync(output, either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Output goes on and on: what has come by now is all that counts.
        }
        catch (SshConnectionException)
        {
            // Lost after the exit status: nothing more will come.
        }

        Interlocked.Exchange(ref _mayRead, HeldBytes);
        while (!output.IsCompleted && !IsWaiting && !cancelled.IsCancellationRequested)
        {
            await Task.WhenAny(output, Task.Delay(UsualGap, time, CancellationToken.None));
        }
    }

    /// <summary>
    /// Two round trips in a row during which no output came: what the process wrote before its end is then here, since the server looks at its pipes each time.
    /// </summary>
    private async Task QuietAsync(Task output, CancellationToken cancellationToken)
    {
        for (var quiet = 0; quiet < 2 && !output.IsCompleted; )
        {
            var before = _reads;
            await live.PingAsync(cancellationToken);
            if (!IsWaiting)
            {
                await Task.WhenAny(output, Task.Delay(UsualGap, time, cancellationToken));
            }

            quiet = _reads == before && IsWaiting ? quiet + 1 : 0;
        }
    }

    private async Task FeedAsync(string standardInput)
    {
        try
        {
            await process.WriteAsync(Encoding.UTF8.GetBytes(standardInput), _reading.Token);
            await process.CloseInputAsync(_reading.Token);
        }
        catch (Exception exception)
            when (exception is SshChannelException or SshConnectionException or OperationCanceledException)
        {
            // The command need not read its input; a lost connection shows in its output.
        }
    }

    private async Task PumpAsync(ExecCommand command)
    {
        OutputBroadcaster? tap = null;
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        var splitters = PublishesLines(command) ? new LineSplitter[] { new(), new() } : null;
        try
        {
            while (Interlocked.Read(ref _mayRead) > 0)
            {
                var read = await ReadAsync(buffer);
                if (read.Count == 0)
                {
                    break;
                }

                Interlocked.Add(ref _mayRead, -read.Count);
                _capture.Add(read.Stream, buffer.AsSpan(0, read.Count));
                if (events.HasSubscribers)
                {
                    tap ??= new OutputBroadcaster(events, server.Id, command.Id, time);
                    tap.Add(read.Stream, buffer.AsSpan(0, read.Count));
                }

                if (splitters is not null)
                {
                    await PublishLinesAsync(read.Stream, splitters[(int)read.Stream].Add(buffer.AsSpan(0, read.Count)));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            tap?.Dispose();
            await PublishRestAsync(splitters);
        }
    }

    /// <summary>Of what the schedule runs, <c>out</c> and <c>err</c> say nothing.</summary>
    private bool PublishesLines(ExecCommand command) =>
        server.StandardOutput == StandardOutputMode.ByLine && command.Origin.Source != CommandSource.Schedule;

    /// <summary>Whether everything that has arrived has been dealt with: the next read waits for more, and has not just been given some without having noticed.</summary>
    private bool IsWaiting => !_read.IsCompleted && !process.HasOutput;

    private async Task<ProcessOutput> ReadAsync(byte[] buffer)
    {
        var read = process.ReadAsync(buffer, _reading.Token).AsTask();
        _read = read;
        var output = await read;
        Interlocked.Increment(ref _reads);
        return output;
    }

    /// <summary>The last lines, which have no end, also when the command was stopped or lost.</summary>
    private async Task PublishRestAsync(LineSplitter[]? splitters)
    {
        for (var stream = 0; stream < splitters?.Length; stream++)
        {
            if (splitters[stream].Finish() is not { } line)
            {
                continue;
            }

            var isStandardError = stream == (int)OutputStream.StandardError;
            try
            {
                await publisher.PublishLineAsync(server.Id, isStandardError, line, _reading.Token);
            }
            catch (OperationCanceledException)
            {
                publisher.TryPublishLine(server.Id, isStandardError, line);
            }
        }
    }

    private async Task PublishLinesAsync(OutputStream stream, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        foreach (var line in lines)
        {
            await publisher.PublishLineAsync(server.Id, stream == OutputStream.StandardError, line, _reading.Token);
        }
    }

    /// <summary>The exit status counts, also where the connection was lost between it and the end of output; but what may be missing must not pass for all.</summary>
    private static CommandOutcome CutOff(CommandOutcome outcome) =>
        outcome with
        {
            Message = $"{outcome.Message} The connection was lost before all of its output had come.".TrimStart(),
            Output = outcome.Output with { Truncated = true },
        };

    private static CommandOutcome Stopped(ExecCommand command, PendingCommand pending) =>
        pending.Stop.IsCancellationRequested
            ? StopOutcome.Of(pending.Cause, wasSent: true)
            : new CommandOutcome(
                CommandStatus.TimedOut,
                null,
                $"The command took longer than {command.Timeout.TotalSeconds} s and was stopped."
            );

    private static CommandOutcome Ended(ProcessExit exit) =>
        exit switch
        {
            { Status: 0 } => new CommandOutcome(CommandStatus.Succeeded) { Exit = 0 },
            { Status: { } status } => new CommandOutcome(CommandStatus.Failed, null, $"The exit status is {status}.")
            {
                Exit = status,
            },
            { Signal: { } signal } => new CommandOutcome(CommandStatus.Failed, null, $"The command was ended by signal {signal}.")
            {
                Signal = signal,
            },
            _ => new CommandOutcome(CommandStatus.Failed, Reasons.Remote, "The server returned no exit status."),
        };
}
