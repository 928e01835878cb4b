namespace SshMqttBridge.Client;

/// <summary>The exit statuses of the client, besides those of the command: see docs/shell.md.</summary>
internal static class ClientExitStatus
{
    public const int Success = 0;

    /// <summary>A transfer failed.</summary>
    public const int Failure = 1;

    /// <summary>Wrong usage: EX_USAGE of sysexits.h.</summary>
    public const int Usage = 64;

    /// <summary>No broker, no bridge, or no answer: EX_UNAVAILABLE.</summary>
    public const int Unavailable = 69;

    /// <summary>The timeout expired: as timeout(1).</summary>
    public const int TimedOut = 124;

    /// <summary>The command did not run.</summary>
    public const int NotRun = 125;

    /// <summary>Added to the number of the signal that ended the command, or the client.</summary>
    public const int Signal = 128;

    /// <summary>Cancelled: as by Ctrl-C.</summary>
    public const int Cancelled = 130;

    /// <summary>The outcome is unknown: as ssh(1).</summary>
    public const int Lost = 255;
}
