using System.Security.Cryptography;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// Authenticates: tries each credential once, in the order of <see cref="SshCredentials"/>, as long as the server accepts its
/// method.
/// </summary>
internal sealed class Authentication(Handshake handshake, SshConnectRequest request)
{
    private readonly SshCredentials _credentials = request.Credentials;

    // Sent with each request: as an option, libssh accepts only names that are safe on a shell's command line.
    private readonly byte[] _user = SessionHandle.NullTerminated(request.Credentials.User);
    private readonly List<string> _tried = [];
    private AuthMethods _offered;

    /// <exception cref="SshConnectionException">The server refused or asks for something other than the password, or a key file
    /// cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var session = handshake.Session;
        var result = await AskAsync(() => NativeMethods.UserAuthNone(session, _user), cancellationToken);
        var attempts = CreateAttempts();
        while (result != NativeMethods.AuthSuccess)
        {
            _offered = (AuthMethods)NativeMethods.UserAuthList(session, _user);
            var attempt = attempts.Find(candidate => (candidate.Methods & _offered) != AuthMethods.None);
            if (attempt is null)
            {
                throw RefusedLogin.Explain(handshake.Server, _credentials.User, _tried, _offered.Names());
            }

            attempts.Remove(attempt);
            result = await attempt.TryAsync(cancellationToken);
        }
    }

    private IReadOnlyList<string> Signatures =>
        AlgorithmCatalog.Of(SshLibrary.LibSsh).Allowed(AlgorithmKind.Signatures, request.Algorithms);

    private List<Attempt> CreateAttempts()
    {
        List<Attempt> attempts = [];
        if (_credentials.PrivateKey is { } key)
        {
            attempts.Add(new Attempt(AuthMethods.PublicKey, token => TryKeyAsync(key, token)));
        }

        if (_credentials.Agent)
        {
            attempts.Add(new Attempt(AuthMethods.PublicKey, TryAgentAsync));
        }

        if (_credentials.Password is { } password)
        {
            attempts.Add(
                new Attempt(AuthMethods.Password | AuthMethods.KeyboardInteractive, token => TryPasswordAsync(password, token))
            );
        }

        return attempts;
    }

    private async Task<int> TryKeyAsync(SshPrivateKey file, CancellationToken cancellationToken)
    {
        using var key = PrivateKeyFile.Load(file);
        using var certified = PrivateKeyFile.Certify(key, file);
        if (certified is not null)
        {
            _tried.Add($"the certificate of {file.File}");
            var result = await TryKeyAsync(certified, cancellationToken);
            if (result != NativeMethods.AuthDenied)
            {
                return result;
            }
        }

        _tried.Add($"the key {file.File}");
        var denied = await TryKeyAsync(key, cancellationToken);
        return denied == NativeMethods.AuthDenied && AllowOnlyOldRsa() ? await TryOldRsaAsync(key, cancellationToken) : denied;
    }

    /// <summary>libssh signs with the best algorithm of an RSA key and tries no other when the server refuses it.</summary>
    private async Task<int> TryOldRsaAsync(KeyHandle key, CancellationToken cancellationToken)
    {
        try
        {
            return await TryKeyAsync(key, cancellationToken);
        }
        finally
        {
            handshake.Session.Set(SessionOption.Signatures, string.Join(',', Signatures));
        }
    }

    private bool AllowOnlyOldRsa() =>
        Signatures.Contains(HostKeyTypes.Rsa)
        && Signatures.Count > 1
        && handshake.Session.Set(SessionOption.Signatures, HostKeyTypes.Rsa);

    private Task<int> TryKeyAsync(KeyHandle key, CancellationToken cancellationToken) =>
        AskAsync(() => NativeMethods.UserAuthPublicKey(handshake.Session, _user, key), cancellationToken);

    private async Task<int> TryAgentAsync(CancellationToken cancellationToken)
    {
        var session = handshake.Session;
        using var agent = await AgentConnection.OpenAsync(session, cancellationToken);
        _tried.Add(agent is null ? "the agent (not reachable)" : "the agent's keys");
        if (agent is null)
        {
            return NativeMethods.AuthDenied;
        }

        await using var interrupting = cancellationToken.Register(agent.Interrupt);
        var result = await handshake.RepeatAsync(
            () => new ValueTask<int>(AgentConnection.CallAsync(() => NativeMethods.UserAuthAgent(session, _user))),
            NativeMethods.AuthAgain,
            cancellationToken
        );
        cancellationToken.ThrowIfCancellationRequested();

        // Continue without an agent that does not sign.
        return result == NativeMethods.AuthError && session.Broken ? throw handshake.LoginFailed()
            : result == NativeMethods.AuthError ? NativeMethods.AuthDenied
            : result;
    }

    private async Task<int> TryPasswordAsync(Secret password, CancellationToken cancellationToken)
    {
        var text = SessionHandle.NullTerminated(password.Reveal());
        try
        {
            if ((_offered & AuthMethods.Password) == AuthMethods.None)
            {
                _tried.Add("the password (keyboard-interactive)");
                return await new KeyboardInteractive(handshake, _user, text).RunAsync(cancellationToken);
            }

            _tried.Add("the password");
            return await AskAsync(
                () => NativeMethods.UserAuthPassword(handshake.Session, _user, text),
                cancellationToken,
                PasswordPrompt.Expired
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    // libssh returns an error if the answer of the server is neither success nor failure.
    private async Task<int> AskAsync(Func<int> call, CancellationToken cancellationToken, string? otherwise = null)
    {
        var result = await handshake.RepeatAsync(call, NativeMethods.AuthAgain, cancellationToken);
        return result != NativeMethods.AuthError ? result : throw handshake.LoginFailed(otherwise);
    }

    private sealed record Attempt(AuthMethods Methods, Func<CancellationToken, Task<int>> TryAsync);
}
