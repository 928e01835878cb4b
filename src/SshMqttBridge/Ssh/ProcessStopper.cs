namespace SshMqttBridge.Ssh;

/// <summary>
/// Stops a command on its server: TERM, then KILL two seconds later. SSH's own signal request goes first (RFC 4254 §6.9); some servers take none, among them
/// OpenSSH's sshd for a login as root, and none of them says so: what then still runs is sent the signal by a command in a channel of its own.
/// </summary>
internal sealed class ProcessStopper(ISshSession session, IRemoteProcess process, TimeProvider time)
{
    /// <summary>From TERM to KILL, where there is time.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(2);

    /// <summary>How long a process that got the signal request usually takes to end.</summary>
    private static readonly TimeSpan UsualTime = TimeSpan.FromMilliseconds(300);

    /// <summary>Ends when the server says that the process has ended, or when it did not for half as long again as the patience. Never fails.</summary>
    /// <param name="patience">From TERM to KILL; nothing can ignore KILL, so only the news of it takes time.</param>
    /// <returns>Whether the process has ended, as far as can be known: false when it may run on.</returns>
    public async Task<bool> StopAsync(TimeSpan patience)
    {
        foreach ((var signal, var within) in ((string, TimeSpan)[])[("TERM", patience), ("KILL", patience / 2)])
        {
            using var limit = new CancellationTokenSource(within, time);
            try
            {
                await process.SignalAsync(signal, limit.Token);
                if (await EndsAsync(UsualTime, limit.Token))
                {
                    return true;
                }

                await SignalByCommandAsync(signal, limit.Token);
                if (await EndsAsync(within, limit.Token))
                {
                    return true;
                }
            }
            catch (OperationCanceledException)
            {
                // It did not obey.
            }
            catch (SshConnectionException)
            {
                return true; // There is nothing left to keep or to close.
            }
        }

        return false;
    }

    /// <summary>
    /// Signals the process groups of all channels of this connection but its own: a channel's shell is a child of the process that serves the connection, and
    /// leads a group. Nothing else can be among them, since one command runs at a time. What an earlier command left in the background is no child of that process any more.
    /// </summary>
    private static string CommandFor(string signal) =>
        $$"""
            if [ -r /proc/$$/stat ]; then for s in /proc/[0-9]*/stat; do read -r l <"$s" || continue; p=${s#/proc/}; p=${p%/stat}; set -- ${l##*) }; [ "$2" = "$PPID" ] && [ "$p" != $$ ] && kill -s {{signal}} -- "-$3"; done 2>/dev/null; else ps -A -o pid= -o ppid= -o pgid= | while read -r p q g; do [ "$q" = "$PPID" ] && [ "$p" != $$ ] && kill -s {{signal}} -- "-$g"; done; fi
            """.Trim();

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
            // No second channel to be had: closing the first is all that is left.
        }
    }

    private async Task<bool> EndsAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await process.Exit.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
