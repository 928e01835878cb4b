using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh;

/// <summary>Describes a server's refusal of a user, in the same words for each SSH library.</summary>
internal static class RefusedLogin
{
    private const int MaximumMethodsLength = 300;

    /// <param name="server">The server's address and port.</param>
    /// <param name="tried">Describes each credential that the server refused.</param>
    /// <param name="accepted">The authentication methods that the server accepts, as it names them.</param>
    public static SshConnectionException Explain(
        string server,
        string user,
        IReadOnlyList<string> tried,
        IReadOnlyList<string> accepted
    )
    {
        var credentials = tried.Count > 0 ? $"tried {string.Join(", ", tried)}" : "no credentials configured";
        var methods =
            accepted.Count > 0 ? Printable.Text(string.Join(", ", accepted), MaximumMethodsLength) : "no supported method";
        return new SshConnectionException(
            SshFault.Authentication,
            $"{server} refused the user {user}: {credentials}; the server accepts {methods}"
        );
    }
}
