using System.Text;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh;

/// <summary>
/// A shell script that stops the running command from a channel of its own, for servers that ignore SSH's signal request without
/// reporting it, among them OpenSSH's sshd for a login as root, or that pass it only to the shell. Remembers whether the server
/// runs it. Thread-safe.
/// </summary>
/// <param name="rule">Whether the bridge may run anything of its own.</param>
internal sealed class StopScript(StopRule rule)
{
    /// <summary>Much more than the script's answer and what a login shell prints before it.</summary>
    private const int MaximumAnswerBytes = 64 * 1024;

    private const string EndedAnswer = "ssh-mqtt-bridge stop: ended";
    private const string RunningAnswer = "ssh-mqtt-bridge stop: running";

    private volatile bool _isUseless;

    /// <summary>
    /// Whether the script may run: it never does where a forced command would run in its place, as far as that is known, nor where
    /// it could meet the commands of other connections.
    /// </summary>
    public bool IsAllowedOn(ISshSession session) =>
        rule == StopRule.Auto
        && !_isUseless
        && !session.HasForcedCommand
        && ServerSoftware.HasProcessPerConnection(session.ServerVersion);

    /// <summary>Runs the script once: TERM, and KILL after the patience. It takes up to one and a half times the patience.</summary>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    public async Task<StopScriptResult> RunAsync(ISshSession session, TimeSpan patience, CancellationToken cancellationToken)
    {
        IRemoteProcess process;
        try
        {
            process = await session.OpenChannelAsync(cancellationToken);
        }
        catch (SshChannelException)
        {
            return StopScriptResult.NotRun; // The server allows no second channel.
        }
        catch (OperationCanceledException)
        {
            return StopScriptResult.NoResponse;
        }

        await using (process)
        {
            try
            {
                await process.StartWithoutInputAsync(CommandFor(patience), cancellationToken);
            }
            catch (SshChannelException)
            {
                return StopScriptResult.NotRun;
            }
            catch (OperationCanceledException)
            {
                return StopScriptResult.Unconfirmed;
            }

            return await ReadAnswerAsync(process, cancellationToken);
        }
    }

    /// <summary>
    /// The script, for every login shell. It stops the descendants of the process that serves the connection, except itself, also
    /// when they lose their parents, and all members of their process groups. No other command is among them, since one runs at a
    /// time: background processes of an earlier command are no longer descendants of that process. They may be in its group,
    /// though, with Dropbear, so that group does not count.
    /// </summary>
    /// <remarks>
    /// <para>
    /// When the process that serves the connection ends, its children become those of another process, usually of process 1, whose
    /// descendants are all processes of the server. So the script stops nothing unless its parent is a process of an SSH server.
    /// If it gets another parent later, it continues with the groups that it has found until then.
    /// </para>
    /// u: the process that serves the connection, or "-"; v: its group; g: the groups; m: the script's own processes; t: the
    /// processes to stop; c: all that were in t before. Where /proc hides the processes of other users, an empty t proves nothing.
    /// </remarks>
    internal static string CommandFor(TimeSpan patience)
    {
        var tenths = (int)Math.Ceiling(patience.TotalSeconds * 10);
        var script = $$"""
            u=$PPID; g=" "; c=" ";
            { read -r x </proc/$u/comm || x=$(ps -o comm= -p $u); } 2>/dev/null;
            case $u:$x in [01]:*) exit 1;; *sshd*|*dropbear*) ;; *) exit 1;; esac;
            l() { if [ -r /proc/$$/stat ];
            then for s in /proc/[0-9]*/stat; do read -r x <"$s" || continue; p=${s#/proc/}; set -- ${x##*) };
            echo "${p%/stat} $2 $3 $1"; done;
            else ps -A -o pid= -o ppid= -o pgid= -o stat=; fi; } 2>/dev/null;
            f() { m=" $$ "; t=" "; a=$(l); v=; o=; set -- $a;
            while [ $# -gt 3 ]; do case $1 in $$) [ $2 = $u ] || { u=-; c=" "; };; $u) v=$3;; esac; shift 4; done;
            while [ "$o" != "$m|$t" ]; do o="$m|$t"; set -- $a;
            while [ $# -gt 3 ]; do p=$1; q=$2; r=$3; z=$4; shift 4;
            case "$m$t $u " in *" $p "*) continue;; esac;
            case "$m" in *" $q "*) m="$m$p "; continue;; esac;
            case $z in [ZX]*) continue;; esac;
            case "$t $u " in *" $q "*) ;; *) case "$c" in *" $p "*) ;; *) case "$g" in *" $r "*) ;; *) continue;; esac;; esac;; esac;
            t="$t$p "; case $r in 0|$u|"$v") ;; *) g="$g$r ";; esac; done; done; c="$c$t"; [ "$t" != " " ]; };
            n={{tenths}}; for k in TERM KILL; do i=0;
            while f; do [ $k = TERM ] && [ $i -gt 0 ] || kill -s $k $t; [ $i -lt $n ] || break;
            d=1; [ $i -lt 5 ] || d=5; sleep 0.$d || { sleep 1; d=10; }; i=$((i + d)); done; n={{tenths / 2}}; done 2>/dev/null;
            if f || [ $u = - ] || { [ -r /proc/$$/stat ] && ! [ -r /proc/1/stat ]; }; then echo "{{RunningAnswer}}"; else echo "{{EndedAnswer}}"; fi
            """;
        return PosixShell.ExecutingCommandFor(PosixShell.OneLine(script));
    }

    private async Task<StopScriptResult> ReadAnswerAsync(IRemoteProcess process, CancellationToken cancellationToken)
    {
        StringBuilder text = new();
        var buffer = new byte[4096];
        try
        {
            while (
                text.Length < MaximumAnswerBytes
                && await process.ReadAsync(buffer, cancellationToken) is { Count: > 0 and var count } output
            )
            {
                if (output.Stream == OutputStream.StandardOutput)
                {
                    text.Append(Encoding.Latin1.GetString(buffer.AsSpan(0, count)));
                }
            }
        }
        catch (OperationCanceledException) when (text.Length == 0)
        {
            return StopScriptResult.Unconfirmed; // The server may be slow.
        }
        catch (OperationCanceledException)
        {
            // Something else runs, and does not end.
        }

        return Read(text.ToString().TrimEnd());
    }

    private StopScriptResult Read(string answer)
    {
        if (answer.EndsWith(EndedAnswer, StringComparison.Ordinal))
        {
            return StopScriptResult.Ended;
        }

        if (answer.EndsWith(RunningAnswer, StringComparison.Ordinal))
        {
            return StopScriptResult.Running;
        }

        _isUseless = true;
        return StopScriptResult.NotRun;
    }
}
