namespace SshMqttBridge.Actions;

/// <summary>What <see cref="ActionInfo"/> writes.</summary>
internal enum ActionInfoFormat
{
    /// <summary>
    /// For clients (<c>ssh/bridge/info</c>): omits keys without a value, replaces a missing title by the name, and includes the
    /// timeout and the schedule.
    /// </summary>
    Info,

    /// <summary>
    /// For the web console: writes every key, with null for a missing value, and only whether there is a schedule.
    /// </summary>
    Console,
}
