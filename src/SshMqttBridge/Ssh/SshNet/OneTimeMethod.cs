using Renci.SshNet;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// One credential, as a method that SSH.NET can try. It is sent at most once, however often the server requests its method.
/// </summary>
/// <param name="user">The user.</param>
/// <param name="method">The method's name on the wire (RFC 4252).</param>
/// <param name="attempt">Sends the credential. Returns the result and the methods that can continue; null: unchanged.</param>
internal sealed class OneTimeMethod(
    string user,
    string method,
    Func<Session, (AuthenticationResult Result, string[]? Methods)> attempt
) : AuthenticationMethod(user)
{
    private bool _isTried;

    public override string Name => method;

    public override AuthenticationResult Authenticate(Session session)
    {
        if (_isTried)
        {
            return AuthenticationResult.Failure;
        }

        _isTried = true;
        (var result, var methods) = attempt(session);
        AllowedAuthentications = methods ?? AllowedAuthentications ?? [];
        return result;
    }
}
