using SshMqttBridge.Actions;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Inbound;

/// <summary>Makes a command of what was written to <c>run/ACTION/set</c>.</summary>
/// <param name="catalog">The actions that there are.</param>
internal sealed class ActionPayload(ActionCatalog catalog)
{
    /// <summary>What Home Assistant's buttons send.</summary>
    private const string Press = "PRESS";

    /// <exception cref="CommandFault">There is no such action, or the payload is not what it takes.</exception>
    public ExecCommand Read(string? name, string text, CommandOrigin origin)
    {
        if (name is null)
        {
            throw new CommandFault(Reasons.Invalid, "'run/set' is no topic; write to run/<action>/set.");
        }

        var action =
            catalog.Find(origin.ServerId, name)
            ?? throw new CommandFault(Reasons.Invalid, $"There is no action '{Excerpt.Of(name)}'; {KnownAt(origin.ServerId)}.");
        return CommandFault.Naming(null, action.Options.Name, () => Read(action, text.Trim(), origin));
    }

    private static ExecCommand Read(NamedAction action, string text, CommandOrigin origin)
    {
        if (text is "" or Press)
        {
            return action.ToCommand(null, origin);
        }

        var json =
            JsonPayload.TryParse(text)
            ?? throw new CommandFault(
                Reasons.Invalid,
                """The payload must be empty, PRESS, or a JSON object such as {"args":{"name":"value"},"id":"7f3"}."""
            );
        var id = json.Id();
        return CommandFault.Naming(
            id,
            null,
            () =>
            {
                json.AllowOnly("args", "id");
                return action.ToCommand(json.Object("args"), origin, id);
            }
        );
    }

    private string KnownAt(string serverId) =>
        catalog.Of(serverId) is { Count: > 0 } actions
            ? $"this server has {string.Join(", ", actions.Select(action => action.Options.Name))}"
            : "this server has none";
}
