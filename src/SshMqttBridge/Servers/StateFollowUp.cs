using SshMqttBridge.Actions;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Servers;

/// <summary>Creates the command that finds out what an action has set, after one of its runs. Thread-safe.</summary>
/// <param name="server">The server.</param>
/// <param name="time">The clock.</param>
internal sealed class StateFollowUp(ServerOptions server, TimeProvider time)
{
    private readonly Dictionary<string, NamedAction> _actions = server
        .Actions.Where(action => action.StateCommandLine is not null)
        .ToDictionary(action => action.Name, action => new NamedAction(action), StringComparer.Ordinal);

    /// <summary>The command; null: the result is not that of such an action, or nothing was sent.</summary>
    public ExecCommand? Of(CommandResult result) =>
        result is { FindsState: not true, Status: CommandStatus.Succeeded or CommandStatus.Failed or CommandStatus.TimedOut }
        && result.Action is { } name
        && _actions.TryGetValue(name, out var action)
            ? action.ToScheduledCommand(CommandOrigin.OfSchedule(server.Id, time))
            : null;
}
