using SshMqttBridge.Commands;

namespace SshMqttBridge.Actions;

/// <summary>An action with a schedule, and the server that runs it.</summary>
/// <param name="ServerId">The server.</param>
/// <param name="Action">The action; needs no argument.</param>
/// <param name="IsUnderWay">Whether a run of it waits or runs, whoever gave it.</param>
/// <param name="Submit">Has a run of it queued, or refused. Never waits.</param>
internal sealed record ScheduledAction(string ServerId, NamedAction Action, Func<bool> IsUnderWay, Action<Command> Submit);
