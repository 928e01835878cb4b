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

    public static ActionStatus StatusOf(CommandResult result) =>
        result switch
        {
            { Status: CommandStatus.Succeeded } or { SaysOff: true } => ActionStatus.Ok,
            { Status: CommandStatus.Failed or CommandStatus.TimedOut } => ActionStatus.Failed,
            _ => ActionStatus.Unknown,
        };
}
