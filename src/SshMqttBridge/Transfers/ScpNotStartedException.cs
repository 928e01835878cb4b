using System.Buffers;
using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Transfers;

/// <summary>The command of a transfer ended before it has printed anything of its own, so it has changed nothing.</summary>
internal sealed class ScpNotStartedException : Exception
{
    // Without one of these the command may have run: a forced command runs something else, and must not run it twice.
    private static readonly SearchValues<string> RefusalWords = SearchValues.Create(
        ["not found", "unknown", "invalid", "unrecognized", "not recognized", "bad command", "syntax error", "restricted"],
        StringComparison.OrdinalIgnoreCase
    );

    /// <param name="output">What the server printed.</param>
    /// <param name="exit">How it ended; null: it still runs, or has more output.</param>
    public ScpNotStartedException(string output, ProcessExit? exit)
        : base(Describe(output, exit))
    {
        HasEnded = exit is not null;
        IsRestricted = output.Contains("restricted", StringComparison.OrdinalIgnoreCase);
        IsSftpOnly = output.Contains("sftp connections only", StringComparison.OrdinalIgnoreCase);
        WasRefused = !IsSftpOnly && exit is not null && (exit.Status is 126 or 127 || output.AsSpan().ContainsAny(RefusalWords));
    }

    /// <param name="refused">The server refused the request to run the command.</param>
    public ScpNotStartedException(SshChannelException refused)
        : base(refused.Message, refused) => (HasEnded, WasRefused) = (true, true);

    /// <summary>Whether the server has certainly not run the command, so that another form of it may be tried.</summary>
    public bool WasRefused { get; }

    /// <summary>Whether the command has certainly ended.</summary>
    public bool HasEnded { get; }

    /// <summary>Whether the account's shell is a restricted one.</summary>
    public bool IsRestricted { get; }

    private bool IsSftpOnly { get; }

    /// <summary>The fault for the user.</summary>
    /// <param name="withShell">Why the forms with a POSIX shell have failed, if this is the plain one.</param>
    public Exception ToFault(ScpNotStartedException? withShell)
    {
        if (InnerException is SshChannelException && withShell is null or { InnerException: SshChannelException })
        {
            return new SshChannelException(
                $"{Message}: get and put need scp on the server, and an account that accepts only SFTP cannot run it"
            );
        }
        return new TransferException(
            Reasons.Remote,
            withShell is not null ? $"the server started neither a POSIX shell ({withShell.Message}) nor scp ({Message})"
                : IsSftpOnly ? $"the account accepts only SFTP, and get and put need scp; the server answered {Message}"
                : $"the server did not run the command of the transfer: {Message}"
        );
    }

    private static string Describe(string output, ProcessExit? exit)
    {
        var end = exit switch
        {
            { Status: { } status } => $"exit status {status}",
            { Signal: { } signal } => $"signal {signal}",
            _ => "no exit status",
        };
        return output.Length == 0 ? $"no output, {end}" : $"'{output}', {end}";
    }
}
