using SshMqttBridge.Actions;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Inbound;

/// <summary>Converts a message on <c>run/ACTION/set</c> to a command.</summary>
/// <param name="catalog">The configured actions.</param>
internal sealed class ActionPayload(ActionCatalog catalog)
{
    /// <summary>The payload that Home Assistant's buttons send.</summary>
    private const string Press = "PRESS";

    /// <exception cref="CommandFault">The action is unknown, or its payload is invalid.</exception>
    public ExecCommand Read(string? name, string text, CommandOrigin origin)
    {
        if (name is null)
        {
            throw new CommandFault(Reasons.Invalid, "'run/set' is not a topic; publish to run/<action>/set.");
        }

        var action =
            catalog.Find(origin.ServerId, name)
            ?? throw new CommandFault(Reasons.Invalid, $"Unknown action '{Excerpt.Of(name)}'. {ValidNames(origin.ServerId)}.");
        return CommandFault.Naming(null, action.Options.Name, () => Read(action, text.Trim(), origin));
    }

    private static ExecCommand Read(NamedAction action, string text, CommandOrigin origin)
    {
        if (text.Length == 0 || (text == Press && !NeedsValue(action.Options)))
        {
            return action.ToCommand((JsonPayload?)null, origin);
        }

        if (JsonPayload.TryParse(text) is not { } json)
        {
            return action.ToCommand(text, origin);
        }

        var id = json.Id();
        return CommandFault.Naming(
            id,
            null,
            () =>
            {
                json.AllowOnly("args", "live", "id");
                return action.ToCommand(json.Object("args"), origin, id) with { IsLive = json.Flag("live") };
            }
        );
    }

    /// <summary>Whether a bare word is the value of its only parameter, even <see cref="Press"/>.</summary>
    private static bool NeedsValue(ActionOptions action) => action.Parameters is [{ Default: null }];

    private string ValidNames(string serverId) =>
        catalog.Of(serverId) is { Count: > 0 } actions
            ? $"Valid: {string.Join(", ", actions.Select(action => action.Options.Name))}"
            : "This server has no actions";
}
