using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Transfers;

/// <summary>
/// Copies single files between the base directory and a server, with the SCP protocol over a channel of the server's connection.
/// Thread-safe; transfers know nothing of each other.
/// </summary>
internal sealed class FileTransfer(BaseDirectory files, TimeProvider time)
{
    /// <summary>How long a command may take to stop.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(6);

    /// <summary>
    /// Receives the progress of a transfer twice a second, and at the end if it took longer than half a second; null: no reports.
    /// Called on a timer's thread; must neither throw nor wait.
    /// </summary>
    public Action<TransferProgress>? Progress { get; init; }

    /// <summary>
    /// Called when a transfer that stalled or was cancelled has been stopped on the server, before it fails; null: nobody asks.
    /// </summary>
    public Action<StopResult>? Stopped { get; init; }

    /// <summary>
    /// Copies a local file to the server. It gets its name when it is complete, with mode 0600. On a server without a POSIX shell
    /// scp writes it under its name, and a file that exists keeps its mode.
    /// </summary>
    /// <param name="openChannel">Called when the local file has been opened.</param>
    /// <param name="source">Below the base directory.</param>
    /// <param name="destination">On the server; relative to the account's home unless absolute. If it is a folder or ends in
    /// <c>/</c>, the file keeps the source's name.</param>
    /// <param name="stallTimeout">How long a transfer may make no progress before it ends as <c>stalled</c>.</param>
    /// <param name="beforeStart">Called when the channel is open, just before the first request to the server; its exceptions are
    /// passed on.</param>
    /// <returns>The size of the file in bytes.</returns>
    /// <exception cref="TransferException">The transfer was refused or failed; the destination is unchanged, unless the message
    /// says otherwise.</exception>
    /// <exception cref="SshChannelException">The server refused the channel or the command.</exception>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; see <see cref="Stopped"/>.</exception>
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

    /// <summary>Copies a file of the server below the base directory. It gets its name when it is complete.</summary>
    /// <param name="source">On the server; relative to the account's home unless absolute.</param>
    /// <param name="destination">Below the base directory. If it is a folder or ends in <c>/</c>, the file keeps the source's
    /// name; the folder must exist.</param>
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
        ScpCommand command,
        Func<ScpChannel, Task<long>> copy,
        TimeSpan stallTimeout,
        Action beforeStart,
        CancellationToken cancellationToken
    )
    {
        ScpNotStartedException? withShell = null;
        ScpForm? nextForm = null;
        while (true)
        {
            var opened = await openChannel(cancellationToken);
            await using var _ = opened.Process;
            var form = nextForm ?? FirstFormFor(opened.ServerVersion);
            try
            {
                return await TryAsync(opened, command, form, copy, stallTimeout, beforeStart, cancellationToken);
            }
            catch (ScpNotStartedException exception) when (exception.WasRefused && form != ScpForm.Plain)
            {
                nextForm = exception.IsRestricted && form == ScpForm.Exec ? ScpForm.Shell : ScpForm.Plain;
                withShell = exception;
                beforeStart = () => { };
            }
            catch (ScpNotStartedException exception)
            {
                throw exception.ToFault(form == ScpForm.Plain ? withShell : null);
            }
        }
    }

    private static ScpForm FirstFormFor(string serverVersion) =>
        ServerSoftware.IsWindows(serverVersion) ? ScpForm.Plain : ScpForm.Exec;

    private async Task<long> TryAsync(
        OpenChannel opened,
        ScpCommand command,
        ScpForm form,
        Func<ScpChannel, Task<long>> copy,
        TimeSpan stallTimeout,
        Action beforeStart,
        CancellationToken cancellationToken
    )
    {
        var line = command.Line(form);
        var process = opened.Process;
        await using var watch = new StallWatch(time, stallTimeout, () => process.InputTakenBytes, cancellationToken);
        using var progress = new ProgressWatch(time, Progress, () => process.InputTakenBytes);
        var channel = new ScpChannel(process, command.StartMark, form, watch, progress, time);
        beforeStart();
        try
        {
            await channel.StartAsync(line);
            var size = await copy(channel);
            progress.Finish();
            return size;
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or TransferException or ScpNotStartedException { HasEnded: false })
        {
            // On other exceptions the connection is lost or the command was not started: there is nothing to stop.
            var result = await StopAsync(opened.Stopper, process);
            if (exception is OperationCanceledException)
            {
                Stopped?.Invoke(result);
            }

            if (watch.HasStalled && !cancellationToken.IsCancellationRequested && exception is OperationCanceledException)
            {
                var where = channel.HasStarted ? "" : "; the server has not started scp";
                throw Fault(Reasons.Stalled, $"no progress for {stallTimeout.TotalSeconds:0.#} s{where}", exception, channel);
            }
            if (exception is TransferException { Reason: var reason } && channel.MayLeaveIncompleteFile)
            {
                throw Fault(reason, exception.Message, exception, channel);
            }
            throw;
        }
    }

    private static TransferException Fault(string reason, string message, Exception exception, ScpChannel channel) =>
        new(
            reason,
            message
                + (channel.MayLeaveIncompleteFile ? "; the server has no POSIX shell, so the file there may be incomplete" : ""),
            exception
        );

    /// <summary>
    /// Stops the command by the end of its input or by a signal; it removes its incomplete file. Reads and discards its output,
    /// so that it can end.
    /// </summary>
    private async Task<StopResult> StopAsync(ProcessStopper stopper, IRemoteProcess process)
    {
        using var end = new CancellationTokenSource(StopTimeout, time);
        var rest = DiscardAsync(process, end.Token);
        var result = await stopper.StopAsync(process, ProcessStopper.UsualPatience, endsOnTerm: true);
        await end.CancelAsync();
        await rest;
        return result;
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
            // The command has ended, or does not end.
        }
    }
}
