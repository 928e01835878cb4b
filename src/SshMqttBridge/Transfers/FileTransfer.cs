using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Transfers;

/// <summary>
/// Copies single files between the base directory and a server, with the SCP protocol over a channel of the server's connection.
/// Thread-safe; transfers know nothing of each other.
/// </summary>
internal sealed class FileTransfer(BaseDirectory files, TimeProvider time)
{
    /// <summary>How long a command that was told to stop may take for it, at the most.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(6);

    /// <summary>
    /// Told how far a transfer is, twice a second while it takes longer than half a second, and a last time when it has all; null: nobody wants to know. Called from a
    /// timer's thread; must neither throw nor wait.
    /// </summary>
    public Action<TransferProgress>? Progress { get; init; }

    /// <summary>Copies a local file to the server. It appears under its name when it is whole, with mode 0600.</summary>
    /// <param name="openChannel">Called when the local side is known to be right.</param>
    /// <param name="source">Below the base directory.</param>
    /// <param name="destination">On the server; relative to the account's home unless absolute. A folder, or a name ending in <c>/</c>, takes the source's name.</param>
    /// <param name="stallTimeout">How long nothing may move, before it ends as <c>stalled</c>.</param>
    /// <param name="beforeStart">Called when the channel is open, just before the server is asked to do anything; what it throws is passed on.</param>
    /// <returns>How many bytes: the file's size.</returns>
    /// <exception cref="TransferException">Refused or failed; the destination is what it was before.</exception>
    /// <exception cref="SshChannelException">The server refused the channel or the command.</exception>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the server has been told to stop.</exception>
    public async Task<long> PutAsync(
        ChannelSource openChannel,
        string source,
        string destination,
        TimeSpan stallTimeout,
        Action beforeStart,
        CancellationToken cancellationToken
    )
    {
        using var file = files.OpenSource(source);
        var command = ScpCommand.Put(destination, file.Name);
        return await RunAsync(
            openChannel,
            command,
            channel => ScpUpload.SendAsync(file, channel),
            stallTimeout,
            beforeStart,
            cancellationToken
        );
    }

    /// <summary>Copies a file of the server below the base directory, where it appears under its name when it is whole.</summary>
    /// <param name="source">On the server; relative to the account's home unless absolute.</param>
    /// <param name="destination">Below the base directory. A folder, or a name ending in <c>/</c>, takes the source's name; the folder must exist.</param>
    /// <inheritdoc cref="PutAsync"/>
    public async Task<long> GetAsync(
        ChannelSource openChannel,
        string source,
        string destination,
        TimeSpan stallTimeout,
        Action beforeStart,
        CancellationToken cancellationToken
    )
    {
        using var file = files.CreateDestination(destination, LocalPath.NameOf(source));
        var command = ScpCommand.Get(source);
        var size = await RunAsync(
            openChannel,
            command,
            channel => ScpDownload.ReceiveAsync(file, channel),
            stallTimeout,
            beforeStart,
            cancellationToken
        );
        file.Commit();
        return size;
    }

    private async Task<long> RunAsync(
        ChannelSource openChannel,
        string command,
        Func<ScpChannel, Task<long>> copy,
        TimeSpan stallTimeout,
        Action beforeStart,
        CancellationToken cancellationToken
    )
    {
        var (session, process) = await openChannel(cancellationToken);
        // Declared in this order since the watches look at the process.
        await using var _ = process;
        await using var watch = new StallWatch(time, stallTimeout, () => process.InputTakenBytes, cancellationToken);
        using var progress = new ProgressWatch(time, Progress, () => process.InputTakenBytes);
        beforeStart();
        try
        {
            await process.StartAsync(command, watch.Token);
            var size = await copy(new ScpChannel(process, watch, progress, time));
            progress.Finish();
            return size;
        }
        catch (Exception exception) when (exception is OperationCanceledException or TransferException)
        {
            // Else the connection is gone, or the command was never begun: nothing to stop.
            await StopAsync(session, process);
            if (watch.HasStalled && !cancellationToken.IsCancellationRequested && exception is OperationCanceledException)
            {
                throw new TransferException(Reasons.Stalled, $"nothing moved for {stallTimeout.TotalSeconds:0.#} s", exception);
            }
            throw;
        }
    }

    /// <summary>Ends the command, which removes what it had begun: by the end of its input, or by a signal. What it still says is thrown away, so that it can.</summary>
    private async Task StopAsync(ISshSession session, IRemoteProcess process)
    {
        using var end = new CancellationTokenSource(StopTimeout, time);
        var rest = DiscardAsync(process, end.Token);
        await new ProcessStopper(session, process, time).StopAsync(ProcessStopper.UsualPatience);
        await end.CancelAsync();
        await rest;
    }

    private static async Task DiscardAsync(IRemoteProcess process, CancellationToken cancellationToken)
    {
        var rest = new byte[1 << 15];
        try
        {
            await process.CloseInputAsync(cancellationToken);
            while ((await process.ReadAsync(rest, cancellationToken)).Count > 0) { }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or SshConnectionException or SshChannelException)
        {
            // It has ended, or never will.
        }
    }
}
