using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh;

/// <summary>
/// Stops commands on a server: TERM, then KILL two seconds later, by a <see cref="StopScript"/> or, where it may not or cannot run,
/// by SSH's signal request (RFC 4254 §6.9). The script comes first, since after a signal has ended the command's shell nothing
/// finds its children that ignore the signal.
/// </summary>
/// <param name="session">The commands' connection.</param>
/// <param name="script">The server's script.</param>
/// <param name="time">The clock.</param>
internal sealed class ProcessStopper(ISshSession session, StopScript script, TimeProvider time)
{
    /// <summary>From TERM to KILL, if there is time.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(2);

    /// <summary>How long a server usually takes to report an end, also after a signal request.</summary>
    private static readonly TimeSpan UsualTime = TimeSpan.FromMilliseconds(300);

    /// <summary>What the script needs beyond its waiting, on a slow device.</summary>
    private static readonly TimeSpan ScriptTime = TimeSpan.FromSeconds(2);

    private readonly bool _signalsOnlyShell = ServerSoftware.SignalsOnlyShell(session.ServerVersion);

    /// <summary>Asks whether the server still responds; returns true if it is not known to answer such requests.</summary>
    public Func<Task<bool>> RespondsAsync { get; init; } = static () => Task.FromResult(true);

    /// <summary>
    /// Whether the script has not told in time that it has ended. It may then still run, and take a later command of this connection
    /// for the one that it stops.
    /// </summary>
    public bool ScriptMayStillRun { get; private set; }

    /// <summary>Stops the command. Never fails.</summary>
    /// <param name="process">The command's channel.</param>
    /// <param name="patience">From TERM to KILL. No process can ignore KILL, so afterwards only the report takes time.</param>
    /// <param name="endsOnTerm">
    /// Whether all processes of the command end on TERM, as those of the bridge's own commands do: the script then runs only if
    /// the signal request did not help.
    /// </param>
    public async Task<StopResult> StopAsync(IRemoteProcess process, TimeSpan patience, bool endsOnTerm = false)
    {
        var received = session.ReceivedBytes;
        try
        {
            return await (
                script.IsAllowedOn(session) ? StopByScriptAsync(process, patience, endsOnTerm) : SignalAsync(process, patience)
            ) switch
            {
                StopResult.NoResponse when session.ReceivedBytes != received => StopResult.Unconfirmed,
                var result => result,
            };
        }
        catch (SshConnectionException)
        {
            return StopResult.NoResponse;
        }
    }

    private async Task<StopResult> StopByScriptAsync(IRemoteProcess process, TimeSpan patience, bool endsOnTerm)
    {
        if (endsOnTerm && !_signalsOnlyShell && await SignalAsync(process, "TERM", UsualTime))
        {
            return ReportOf(process);
        }

        using Deadline limit = new(patience * 1.5 + ScriptTime, time);
        switch (await script.RunAsync(session, patience, limit.Token))
        {
            case StopScriptResult.Ended:
                await WaitForReportAsync(process);
                return StopResult.Ended;
            case StopScriptResult.NoResponse:
                return StopResult.NoResponse;
            case StopScriptResult.NotRun:
                return await SignalAsync(process, patience);
            case StopScriptResult.Running:
                await SignalAsync(process, "KILL", UsualTime);
                return StopResult.Unconfirmed;
            default:
                ScriptMayStillRun = true;
                return await SignalAsync(process, "KILL", UsualTime) ? ReportOf(process) : StopResult.Unconfirmed;
        }
    }

    private async Task<StopResult> SignalAsync(IRemoteProcess process, TimeSpan patience)
    {
        if (await SignalAsync(process, "TERM", patience) || await SignalAsync(process, "KILL", patience / 2))
        {
            return ReportOf(process);
        }

        return await RespondsAsync() ? StopResult.Unconfirmed : StopResult.NoResponse;
    }

    /// <summary>What the end of the channel proves: some servers end it without a report, or while children still run.</summary>
    private StopResult ReportOf(IRemoteProcess process) =>
        !_signalsOnlyShell && process.Exit is { IsCompletedSuccessfully: true, Result: var exit } && exit != ProcessExit.Unknown
            ? StopResult.Ended
            : StopResult.Unconfirmed;

    /// <returns>Whether the channel's process has ended within the time.</returns>
    private async Task<bool> SignalAsync(IRemoteProcess process, string signal, TimeSpan within)
    {
        using Deadline deadline = new(within, time);
        try
        {
            await process.SignalAsync(signal, deadline.Token);
            await process.Exit.WaitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            return false;
        }
    }

    /// <summary>Gives the server the time to report an end that the script has seen.</summary>
    private async Task WaitForReportAsync(IRemoteProcess process)
    {
        using Deadline deadline = new(UsualTime, time);
        try
        {
            await process.Exit.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            // It is not needed.
        }
    }
}
