using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh;

/// <summary>
/// Stops a command on its server: TERM, then KILL two seconds later. The first attempt is SSH's signal request (RFC 4254 §6.9).
/// Some servers ignore it, among them OpenSSH's sshd for a login as root, and do not report that: if the command still runs, a
/// command in a separate channel sends the signal.
/// </summary>
internal sealed class ProcessStopper(ISshSession session, IRemoteProcess process, TimeProvider time)
{
    /// <summary>From TERM to KILL, if there is time.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(2);

    /// <summary>How long a process usually takes to end after the signal request.</summary>
    private static readonly TimeSpan UsualTime = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// Completes when the server reports the end of the process, or after one and a half times the patience. Never fails.
    /// </summary>
    /// <param name="patience">From TERM to KILL. No process can ignore KILL, so afterwards only the report takes time.</param>
    /// <returns>Whether the process has ended; false: it may still run.</returns>
    public async Task<bool> StopAsync(TimeSpan patience)
    {
        foreach ((var signal, var within) in ((string, TimeSpan)[])[("TERM", patience), ("KILL", patience / 2)])
        {
            using var limit = new CancellationTokenSource(within, time);
            try
            {
                await process.SignalAsync(signal, limit.Token);
                if (await HasEndedAsync(UsualTime, limit.Token))
                {
                    return true;
                }

                await SignalByCommandAsync(signal, limit.Token);
                if (await HasEndedAsync(within, limit.Token))
                {
                    return true;
                }
            }
            catch (OperationCanceledException)
            {
                // The process did not end.
            }
            catch (SshConnectionException)
            {
                return true; // The connection is gone, and the channel with it.
            }
        }

        return false;
    }

    /// <summary>
    /// Signals the process groups of all channels of this connection except its own: a channel's shell is a child of the process
    /// that serves the connection, and leads a group. No other command is among them, since one runs at a time. Background
    /// processes of an earlier command are no longer children of that process.
    /// </summary>
    private static string CommandFor(string signal) =>
        $$"""
            if [ -r /proc/$$/stat ];
            then for s in /proc/[0-9]*/stat;
            do read -r l <"$s" || continue; p=${s#/proc/}; p=${p%/stat}; set -- ${l##*) };
            [ "$2" = "$PPID" ] && [ "$p" != $$ ] && kill -s {{signal}} -- "-$3"; done 2>/dev/null;
            else ps -A -o pid= -o ppid= -o pgid= | while read -r p q g;
            do [ "$q" = "$PPID" ] && [ "$p" != $$ ] && kill -s {{signal}} -- "-$g"; done; fi
            """.ReplaceLineEndings(" ");

    private async Task SignalByCommandAsync(string signal, CancellationToken cancellationToken)
    {
        try
        {
            await using var killer = await session.OpenChannelAsync(cancellationToken);
            await killer.StartAsync(CommandFor(signal), cancellationToken);
            await killer.Exit.WaitAsync(cancellationToken);
        }
        catch (SshChannelException)
        {
            // The server allows no second channel: only closing the first one remains.
        }
    }

    private async Task<bool> HasEndedAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(within, time, cancellationToken);
        try
        {
            await process.Exit.WaitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
