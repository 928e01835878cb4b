using System.Buffers;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Output;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Reads the output of one command: captures it for the result, publishes it line by line if configured, and live if the command
/// asks for it, and broadcasts it to subscribers.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="process">The running command.</param>
/// <param name="publisher">Publishes lines.</param>
/// <param name="events">Receives the output while it has subscribers.</param>
/// <param name="time">The clock.</param>
internal sealed class OutputPump(
    ServerOptions server,
    IRemoteProcess process,
    ResultPublisher publisher,
    EventBus events,
    TimeProvider time
) : IDisposable
{
    private const int BlockBytes = 64 * 1024;

    private readonly OutputCapture _capture = new(server.StandardOutput == StandardOutputMode.Never ? 0 : server.MaxOutputBytes);
    private readonly CancellationTokenSource _reading = new();
    private long _mayRead = long.MaxValue;
    private volatile int _reads;
    private volatile bool _hasEnded;
    private volatile Task _read = Task.CompletedTask;

    /// <summary>How often output has arrived.</summary>
    public int Reads => _reads;

    /// <summary>Whether the server has reported the end of output.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Whether all output that has arrived is processed: the next read waits for more.</summary>
    public bool IsWaiting => !_read.IsCompleted && !process.HasOutput;

    /// <summary>Cancelled by <see cref="StopAsync"/>.</summary>
    public CancellationToken Stopped => _reading.Token;

    /// <summary>The output captured until now, or only its size where it is not published.</summary>
    public CommandOutput ToOutput() =>
        server.StandardOutput == StandardOutputMode.Never ? _capture.ToCounts() : _capture.ToOutput();

    /// <summary>Why the output could not be kept; null: it was kept.</summary>
    public Exception? OutputFailure => _capture.Failure;

    /// <summary>Reads until the end of output.</summary>
    public async Task RunAsync(ExecCommand command)
    {
        OutputBroadcaster? broadcaster = null;
        var live = IsLive(command) ? new OutputBroadcaster(publisher.LiveOutputOf(command), time) : null;
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        var splitters = PublishesLines(command) ? new LineSplitter[] { new(), new() } : null;
        try
        {
            while (Interlocked.Read(ref _mayRead) > 0)
            {
                var read = await ReadAsync(buffer);
                if (read.Count == 0)
                {
                    _hasEnded = true;
                    break;
                }

                Interlocked.Add(ref _mayRead, -read.Count);
                _capture.Add(read.Stream, buffer.AsSpan(0, read.Count));
                if (events.HasSubscribers)
                {
                    broadcaster ??= new OutputBroadcaster(new EventOutput(events, server.Id, command.Id), time);
                    broadcaster.Add(read.Stream, buffer.AsSpan(0, read.Count));
                }

                live?.Add(read.Stream, buffer.AsSpan(0, read.Count));

                if (splitters is not null)
                {
                    await PublishLinesAsync(read.Stream, splitters[(int)read.Stream].Add(buffer.AsSpan(0, read.Count)));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            broadcaster?.Dispose();
            live?.Dispose();
            await PublishRestAsync(splitters);
        }
    }

    /// <summary>Scheduled runs are not published on <c>out</c> and <c>err</c>.</summary>
    private bool PublishesLines(ExecCommand command) =>
        server.StandardOutput == StandardOutputMode.ByLine && command.Origin.Source != CommandSource.Schedule;

    private bool IsLive(ExecCommand command) => command.IsLive && server.StandardOutput != StandardOutputMode.Never;

    private async Task<ProcessOutput> ReadAsync(byte[] buffer)
    {
        var read = process.ReadAsync(buffer, _reading.Token).AsTask();
        _read = read;
        var output = await read;
        Interlocked.Increment(ref _reads);
        return output;
    }

    /// <summary>Publishes the last lines, which have no line end, even if the command was stopped or lost.</summary>
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

    /// <summary>Limits the number of bytes still to read.</summary>
    public void LimitTo(long bytes) => Interlocked.Exchange(ref _mayRead, bytes);

    /// <summary>Stops reading.</summary>
    public Task StopAsync() => _reading.CancelAsync();

    public void Dispose() => _reading.Dispose();
}
