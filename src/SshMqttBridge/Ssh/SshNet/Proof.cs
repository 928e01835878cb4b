using Renci.SshNet;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>One thing that may prove who we are, as a method that SSH.NET can try. It is given once at the most, however often the server comes back to its method.</summary>
/// <param name="user">The user.</param>
/// <param name="method">The method's name on the wire (RFC 4252).</param>
/// <param name="attempt">Gives the proof: how it ended, and the methods that can go on then; null: as before.</param>
internal sealed class Proof(string user, string method, Func<Session, (AuthenticationResult Result, string[]? Methods)> attempt)
    : AuthenticationMethod(user)
{
    private bool _isGiven;

    public override string Name => method;

    public override AuthenticationResult Authenticate(Session session)
    {
        if (_isGiven)
        {
            return AuthenticationResult.Failure;
        }

        _isGiven = true;
        (var result, var methods) = attempt(session);
        AllowedAuthentications = methods ?? AllowedAuthentications ?? [];
        return result;
    }
}
