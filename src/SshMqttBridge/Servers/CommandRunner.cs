using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Journal;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>Runs one command after the other on a server's connection. Only the server's worker uses it.</summary>
internal sealed class CommandRunner(
    ServerOptions server,
    ServerConnection connection,
    TransferRunner transfers,
    CommandJournal journal,
    ICommandRecords records,
    ResultPublisher publisher,
    EventBus events,
    InterruptionMonitor interruptions,
    TimeProvider time
)
{
    private const string NotPersistent = "The user and the password can be overridden only if persistentConnection is false.";

    /// <summary>For cmd.exe, the single quotes around a value are ordinary characters, so the value could contain commands.</summary>
    private const string NoPosixShell =
        "OpenSSH for Windows has no POSIX shell, so the parameters of an action could be taken for commands. "
        + "Only actions without parameters can run there.";

    private bool _wasSent;
    private SharedSession? _session;
    private IRemoteProcess? _current;
    private IRemoteProcess? _previous;

    /// <summary>Whether the running or last command was sent to the server.</summary>
    public bool WasSent => _wasSent;

    /// <summary>
    /// Whether a channel may be opened before there is a command for it. False for servers that limit the number of sessions of a
    /// connection.
    /// </summary>
    public bool MayOpenAhead { get; private set; } = true;

    /// <summary>Runs the command to its end. The outcome describes a failure at the server.</summary>
    /// <param name="pending">The command.</param>
    /// <param name="isNextWaiting">Whether another command waits; the runner then opens its channel while this one runs.</param>
    public async Task<CommandOutcome> RunAsync(PendingCommand pending, Func<bool> isNextWaiting)
    {
        _wasSent = false;
        _session = null;
        await RetireChannelAsync();
        try
        {
            return pending.Command switch
            {
                ExecCommand exec => await ExecAsync(exec, pending, isNextWaiting),
                TransferCommand transfer => await transfers.RunAsync(
                    transfer,
                    stop => OpenForTransferAsync(pending, stop),
                    () => MarkSent(pending),
                    pending
                ),
                ConnectionCommand { Open: true } => await OpenAsync(pending.Stop),
                ConnectionCommand => await CloseAsync(),
                UserCommand user => SetOverrides(overrides => overrides with { User = user.User }),
                PasswordCommand password => SetOverrides(overrides => overrides with { Password = password.Password }),
                _ => throw new InvalidOperationException($"{pending.Command.Operation} does not go through the queue."),
            };
        }
        catch (SshConnectionException exception) when (_wasSent)
        {
            return new CommandOutcome(CommandStatus.Lost, null, exception.Message);
        }
        catch (SshConnectionException exception)
        {
            return CommandOutcome.Rejected(ReasonOf(exception.Fault), exception.Message);
        }
        catch (SshChannelException exception)
        {
            return CommandOutcome.Rejected(ExecRunner.ReasonOf(exception), exception.Message);
        }
        catch (JournalException exception)
        {
            return CommandOutcome.Rejected(Reasons.Local, exception.Message);
        }
        catch (OperationCanceledException) when (pending.Stop.IsCancellationRequested)
        {
            return _wasSent ? StopOutcome.Cancelled(pending.Cause, StopResult.Unconfirmed) : StopOutcome.NeverSent(pending.Cause);
        }
        finally
        {
            pending.RanAs = _session?.Identity;
            if (_session is { Stopper.ScriptMayStillRun: true })
            {
                await connection.DropAsync();
            }
        }
    }

    /// <summary>Closes the channel of the last command. The next command also does this, once it has been sent.</summary>
    public async ValueTask CloseChannelAsync()
    {
        await RetireChannelAsync();
        await ClosePreviousChannelAsync();
    }

    private async ValueTask RetireChannelAsync()
    {
        if (_current is { } process)
        {
            await ClosePreviousChannelAsync();
            (_previous, _current) = (process, null);
        }
    }

    private async ValueTask ClosePreviousChannelAsync()
    {
        if (_previous is { } process)
        {
            _previous = null;
            await process.DisposeAsync();
        }
    }

    private async Task<CommandOutcome> ExecAsync(ExecCommand command, PendingCommand pending, Func<bool> isNextWaiting)
    {
        (var session, var process) = await OpenChannelAsync(pending.Stop);
        _current = process;
        pending.Stop.ThrowIfCancellationRequested();
        if (command.NeedsPosixShell && ServerSoftware.IsWindows(session.Session.ServerVersion))
        {
            return CommandOutcome.Rejected(Reasons.Invalid, NoPosixShell);
        }

        await records.SentAsync(pending, pending.Stop);
        MarkSent(pending);
        using var runner = new ExecRunner(server, session, process, publisher, events, interruptions, time);
        var running = runner.RunAsync(command, pending);
        await ClosePreviousChannelAsync();
        if (MayOpenAhead && isNextWaiting())
        {
            session.OpenAhead();
        }

        var outcome = await running;
        switch (runner.StopResult)
        {
            case StopResult.Unconfirmed:
                // The process may still occupy a channel; the server could then refuse one to a later command.
                await connection.DropAsync();
                break;
            case StopResult.NoResponse:
                await connection.GiveUpAsync(session);
                break;
        }

        return outcome;
    }

    private async Task<OpenChannel> OpenForTransferAsync(PendingCommand pending, CancellationToken stop)
    {
        (var session, var process) = await OpenChannelAsync(stop);
        try
        {
            await records.SentAsync(pending, stop);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }

        return new OpenChannel(session.Stopper, process, session.Session.ServerVersion);
    }

    private async Task<CommandOutcome> OpenAsync(CancellationToken stop)
    {
        await connection.GetAsync(stop);
        return new CommandOutcome(CommandStatus.Succeeded);
    }

    private async Task<CommandOutcome> CloseAsync()
    {
        await connection.CloseAsync();
        return new CommandOutcome(CommandStatus.Succeeded);
    }

    private CommandOutcome SetOverrides(Func<Overrides, Overrides> change)
    {
        if (server.PersistentConnection)
        {
            return CommandOutcome.Rejected(Reasons.Invalid, NotPersistent);
        }

        connection.SetOverrides(change);
        return new CommandOutcome(CommandStatus.Succeeded);
    }

    /// <summary>
    /// Opens a channel. If the connection proves dead, or the server allows no further session on it, retries once on a new one:
    /// nothing has been sent by then.
    /// </summary>
    private async Task<(SharedSession Session, IRemoteProcess Process)> OpenChannelAsync(CancellationToken stop)
    {
        for (var isRetry = false; ; isRetry = true)
        {
            var session = await connection.GetAsync(stop);
            _session = session;
            if (session.TryTakeChannel(out var ready))
            {
                return (session, ready);
            }

            // The server may allow only one channel at a time.
            await ClosePreviousChannelAsync();
            using Deadline deadline = new(server.ConnectTimeout, time, stop);
            try
            {
                return (session, await session.OpenChannelAsync(deadline.Token));
            }
            catch (SshConnectionException) when (!isRetry)
            {
                session.MarkLost();
                // The connection was lost unnoticed; retry on a new one.
            }
            catch (SshChannelException) when (!isRetry && session.HasOpenedChannel)
            {
                // All earlier channels are closed, so the server counts the sessions of the connection's whole life. A server
                // that has refused the first one would also refuse it on a new connection.
                MayOpenAhead = false;
                await connection.ReplaceAsync();
            }
            catch (OperationCanceledException) when (deadline.HasPassed)
            {
                await connection.DropAsync();
                throw new SshConnectionException(
                    SshFault.Connect,
                    $"The server did not open a channel within {server.ConnectTimeout.TotalSeconds} s."
                );
            }
        }
    }

    /// <summary>
    /// Records that the command is sent: from now on it may have run. Not if the bridge did not run for a while before, for
    /// example while it connected, or has lost the lease of its group.
    /// </summary>
    private void MarkSent(PendingCommand pending)
    {
        if (!records.MaySend)
        {
            pending.RequestStop(StopCause.LeaseLost);
            pending.Stop.ThrowIfCancellationRequested();
        }

        if (interruptions.HasBeenInterruptedSince(pending.Command.Origin.ReceivedTimestamp))
        {
            pending.RequestStop(StopCause.Interrupted);
            pending.Stop.ThrowIfCancellationRequested();
        }

        pending.RecordSent(journal);
        _wasSent = true;
    }

    private static string ReasonOf(SshFault fault) =>
        fault switch
        {
            SshFault.Authentication => Reasons.Authentication,
            SshFault.HostKey => Reasons.HostKey,
            _ => Reasons.Connect,
        };
}
