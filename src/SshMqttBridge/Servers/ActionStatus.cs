using SshMqttBridge.Commands;

namespace SshMqttBridge.Servers;

/// <summary>Whether the last run of an action succeeded.</summary>
internal enum ActionStatus
{
    /// <summary>It has not run since the start of the bridge, or nobody knows how it ended.</summary>
    Unknown,

    /// <summary>It exited with 0; for a command that finds out a switch's state, with any status that says something.</summary>
    Ok,

    /// <summary>It exited with another status, was ended by a signal, or exceeded its timeout.</summary>
    Failed,
}

/// <summary>What the results of actions say.</summary>
internal static class ActionResult
{
    public const string UnknownState = "unknown";

    /// <summary>Shells exit with 126, 127 and more than 128 if they could not run a command, or a signal ended it (POSIX.1, 2.8.2).</summary>
    private const int LargestAnswer = 125;

    public static ActionStatus StatusOf(CommandResult result, bool isSwitch) =>
        result.Status switch
        {
            CommandStatus.Succeeded => ActionStatus.Ok,
            CommandStatus.Failed when result.FindsState == true && isSwitch && IsAnswer(result) => ActionStatus.Ok,
            CommandStatus.Failed or CommandStatus.TimedOut => ActionStatus.Failed,
            _ => ActionStatus.Unknown,
        };

    /// <summary>Whether a command that finds out a switch's state has said that it is off.</summary>
    public static bool IsAnswer(CommandResult result) => result.Exit is > 0 and <= LargestAnswer;
}
