using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Journal;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>Carries out one command after the other on a server's connection. Used by the server's worker only.</summary>
internal sealed class CommandRunner(
    ServerOptions server,
    ServerConnection connection,
    TransferRunner transfers,
    CommandJournal journal,
    ResultPublisher publisher,
    EventBus events,
    TimeProvider time
)
{
    private const string NotPersistent = "Only where persistentConnection is false can the user and the password be overridden.";

    private bool _wasSent;
    private SessionIdentity? _session;
    private IRemoteProcess? _open;
    private IRemoteProcess? _before;

    /// <summary>Whether the command that runs, or ran last, was sent to the server.</summary>
    public bool WasSent => _wasSent;

    /// <summary>Runs the command to its end. What goes wrong at the server is in the outcome.</summary>
    /// <param name="pending">The command.</param>
    /// <param name="isNextWaiting">Whether another command waits; its channel is then opened while this one runs.</param>
    public async Task<CommandOutcome> RunAsync(PendingCommand pending, Func<bool> isNextWaiting)
    {
        _wasSent = false;
        _session = null;
        await SetChannelAsideAsync();
        try
        {
            return pending.Command switch
            {
                ExecCommand exec => await ExecAsync(exec, pending, isNextWaiting),
                TransferCommand transfer => await transfers.RunAsync(
                    transfer,
                    OpenForTransferAsync,
                    () => Sent(pending),
                    pending.Stop
                ),
                ConnectionCommand { Open: true } => await OpenAsync(pending.Stop),
                ConnectionCommand => await CloseAsync(),
                UserCommand user => Override(overrides => overrides with { User = user.User }),
                PasswordCommand password => Override(overrides => overrides with { Password = password.Password }),
                _ => throw new InvalidOperationException($"{pending.Command.Operation} is not for the queue."),
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
            return StopOutcome.Of(pending.Cause, _wasSent);
        }
        finally
        {
            pending.RanAs = _session;
        }
    }

    /// <summary>Closes the channel of the last command. The next command also does this, once it has been sent.</summary>
    public async ValueTask CloseChannelAsync()
    {
        await SetChannelAsideAsync();
        await CloseChannelBeforeAsync();
    }

    private async ValueTask SetChannelAsideAsync()
    {
        if (_open is { } process)
        {
            await CloseChannelBeforeAsync();
            (_before, _open) = (process, null);
        }
    }

    private async ValueTask CloseChannelBeforeAsync()
    {
        if (_before is { } process)
        {
            _before = null;
            await process.DisposeAsync();
        }
    }

    private async Task<CommandOutcome> ExecAsync(ExecCommand command, PendingCommand pending, Func<bool> isNextWaiting)
    {
        (var live, var process) = await OpenChannelAsync(pending.Stop);
        _open = process;
        pending.Stop.ThrowIfCancellationRequested();
        Sent(pending);
        using var runner = new ExecRunner(server, live, process, publisher, events, time);
        var running = runner.RunAsync(command, pending);
        await CloseChannelBeforeAsync();
        if (isNextWaiting())
        {
            live.OpenAhead();
        }

        var outcome = await running;
        if (runner.MayRunOn)
        {
            // No later command shall be refused a channel for it.
            await connection.DropAsync();
        }

        return outcome;
    }

    private async Task<OpenChannel> OpenForTransferAsync(CancellationToken stop)
    {
        (var live, var process) = await OpenChannelAsync(stop);
        return new OpenChannel(live.Session, process);
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

    private CommandOutcome Override(Func<Overrides, Overrides> change)
    {
        if (server.PersistentConnection)
        {
            return CommandOutcome.Rejected(Reasons.Invalid, NotPersistent);
        }

        connection.Override(change);
        return new CommandOutcome(CommandStatus.Succeeded);
    }

    /// <summary>Opens a channel, once more on a new connection when the one at hand proves dead: nothing has been sent by then.</summary>
    private async Task<(SharedSession Live, IRemoteProcess Process)> OpenChannelAsync(CancellationToken stop)
    {
        for (var again = false; ; again = true)
        {
            var live = await connection.GetAsync(stop);
            _session = live.Identity;
            if (live.TryTakeChannel(out var ready))
            {
                return (live, ready);
            }

            // A server may allow one at a time.
            await CloseChannelBeforeAsync();
            using var deadline = new CancellationTokenSource(server.ConnectTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
            try
            {
                return (live, await live.OpenChannelAsync(either.Token));
            }
            catch (SshConnectionException) when (!again)
            {
                live.MarkLost();
                // Dead, and nobody had noticed.
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                await connection.DropAsync();
                throw new SshConnectionException(
                    SshFault.Connect,
                    $"The server did not open a channel within {server.ConnectTimeout.TotalSeconds} s."
                );
            }
        }
    }

    /// <summary>From here on the command may have run.</summary>
    private void Sent(PendingCommand pending)
    {
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
