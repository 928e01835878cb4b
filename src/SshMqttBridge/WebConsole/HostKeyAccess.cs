using SshMqttBridge.Configuration;
using SshMqttBridge.Policies;

namespace SshMqttBridge.WebConsole;

/// <summary>Of which servers a user of the console may accept a host key. Immutable.</summary>
/// <remarks>
/// Whoever may run any command on a server may also decide which machine it is. The users of a restricted server get nothing but
/// its commands.
/// </remarks>
/// <param name="isAllowed">The setting <c>webConsole.trustHostKeys</c>.</param>
internal sealed class HostKeyAccess(bool isAllowed)
{
    /// <summary>Why not, a sentence for the user; null: a key that was refused can be accepted.</summary>
    public string? RefusalOf(ServerOptions server) =>
        !isAllowed ? "The configuration does not allow accepting host keys here (webConsole.trustHostKeys)."
        : server.HostKey.Mode == HostKeyMode.Pinned
            ? "The configuration fixes the host key of this server (hostKey), so it cannot be accepted here."
        : server.Policy.Commands != CommandRule.Any
            ? "This server accepts only certain commands, so its host key cannot be accepted here."
        : null;
}
