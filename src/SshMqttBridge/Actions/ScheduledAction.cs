using SshMqttBridge.Commands;

namespace SshMqttBridge.Actions;

/// <summary>An action with a schedule, and the server that runs it.</summary>
/// <param name="ServerId">The server.</param>
/// <param name="Action">The action; all its parameters have defaults.</param>
/// <param name="IsRunning">Whether a run of the action is queued or running, from any source.</param>
/// <param name="Submit">Queues or rejects a run. Does not wait.</param>
internal sealed record ScheduledAction(string ServerId, NamedAction Action, Func<bool> IsRunning, Action<Command> Submit);
