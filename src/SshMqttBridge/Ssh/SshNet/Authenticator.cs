using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Security;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// Authenticates: tries each credential once, in the order of <see cref="SshCredentials"/>, as long as the server accepts its
/// method.
/// </summary>
internal sealed class Authenticator(SshConnectRequest request, string server) : IDisposable
{
    private readonly SshCredentials _credentials = request.Credentials;
    private readonly IReadOnlyList<string> _signatures = AlgorithmCatalog
        .Of(SshLibrary.SshNet)
        .Allowed(AlgorithmKind.Signatures, request.Algorithms);

    private readonly List<string> _tried = [];
    private PrivateKeyFile? _key;
    private byte[]? _password;
    private bool _isPasswordSent;
    private string[]? _accepted;
    private volatile AgentClient? _agent;
    private volatile bool _isInterrupted;

    /// <summary>The methods that SSH.NET may try. Reads the key file.</summary>
    /// <exception cref="SshConnectionException">A key file cannot be used.</exception>
    public AuthenticationMethod[] CreateMethods()
    {
        List<AuthenticationMethod> methods = [];
        if (_credentials.PrivateKey is { } file)
        {
            _key = PrivateKeyReader.Read(file);
            AddKey(methods, isCertificate: true, $"the certificate of {file.File}");
            AddKey(methods, isCertificate: false, $"the key {file.File}");
        }

        if (_credentials.Agent)
        {
            methods.Add(new OneTimeMethod(_credentials.User, "publickey", TryAgent));
        }

        if (_credentials.Password is { } password)
        {
            methods.Add(new OneTimeMethod(_credentials.User, "password", session => TryPassword(session, password)));
            methods.Add(new OneTimeMethod(_credentials.User, "keyboard-interactive", session => TryQuestions(session, password)));
        }

        if (methods.Count == 0)
        {
            // SSH.NET requires at least one method. No server has this one.
            methods.Add(new OneTimeMethod(_credentials.User, "nothing", _ => (AuthenticationResult.Failure, null)));
        }

        return [.. methods];
    }

    /// <summary>Explains why the server refused the user.</summary>
    /// <param name="error">SSH.NET's message, which names the server's methods if none of the bridge's fits.</param>
    public SshConnectionException Refused(string error)
    {
        var start = error.IndexOf("authentication (", StringComparison.Ordinal);
        var accepted = start >= 0 ? error[(error.IndexOf('(', start) + 1)..].TrimEnd('.', ')').Split(',') : _accepted ?? [];
        return RefusedLogin.Explain(server, _credentials.User, _tried, accepted);
    }

    /// <summary>Stops waiting for an agent that does not answer.</summary>
    public void Interrupt()
    {
        _isInterrupted = true;
        _agent?.Dispose();
    }

    /// <summary>Called when authentication has ended.</summary>
    public void Dispose()
    {
        _agent?.Dispose();
        _key?.Dispose();
        CryptographicOperations.ZeroMemory(_password);
    }

    private void AddKey(List<AuthenticationMethod> methods, bool isCertificate, string what)
    {
        IReadOnlyList<HostAlgorithm> all =
        [
            .. _key!.HostKeyAlgorithms.Where(algorithm => SignatureAlgorithms.IsCertificate(algorithm.Name) == isCertificate),
        ];
        if (all.Count == 0)
        {
            return;
        }

        // SSH.NET lists one for each signature algorithm, in its own order.
        var type =
            all.Select(algorithm => algorithm.Name)
                .FirstOrDefault(name => name.StartsWith(HostKeyTypes.Rsa, StringComparison.Ordinal))
            ?? all[0].Name;
        IReadOnlyList<HostAlgorithm> usable =
        [
            .. SignatureAlgorithms
                .For(type, _signatures)
                .Select(name => all.FirstOrDefault(algorithm => algorithm.Name == name))
                .OfType<HostAlgorithm>(),
        ];
        methods.Add(
            new OneTimeMethod(
                _credentials.User,
                "publickey",
                session =>
                {
                    _tried.Add(usable.Count > 0 ? what : $"{what} (no signature algorithm for it is allowed)");
                    return usable.Count > 0 ? Try(session, KeyMethod(usable)) : (AuthenticationResult.Failure, null);
                }
            )
        );
    }

    private (AuthenticationResult Result, string[]? Methods) TryAgent(Session session)
    {
        _agent = AgentClient.Open();
        _tried.Add(_agent is null ? "the agent (not reachable)" : "the agent's keys");
        if (_agent is null)
        {
            return (AuthenticationResult.Failure, null);
        }

        if (_isInterrupted)
        {
            _agent.Dispose();
        }

        try
        {
            var keys = _agent.Keys(_signatures);
            return keys.Count > 0 ? Try(session, KeyMethod(keys)) : (AuthenticationResult.Failure, null);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // Continue without an agent that does not sign. The next attempt detects a lost connection.
            return (AuthenticationResult.Failure, null);
        }
    }

    private (AuthenticationResult Result, string[]? Methods) TryPassword(Session session, Secret password)
    {
        if (_isPasswordSent)
        {
            return (AuthenticationResult.Failure, null);
        }

        _isPasswordSent = true;
        _tried.Add("the password");
        _password = Encoding.UTF8.GetBytes(password.Reveal());

        // Not disposed of: SSH.NET may still answer on another thread, and the exception there would end the process.
#pragma warning disable CA2000
        PasswordAuthenticationMethod method = new(_credentials.User, _password);
#pragma warning restore CA2000
        method.PasswordExpired += (_, _) =>
            throw new SshConnectionException(SshFault.Authentication, $"{server}: {PasswordPrompt.Expired}");
        return Try(session, method);
    }

    private (AuthenticationResult Result, string[]? Methods) TryQuestions(Session session, Secret password)
    {
        if (_isPasswordSent)
        {
            return (AuthenticationResult.Failure, null);
        }

        _isPasswordSent = true;
        _tried.Add("the password (keyboard-interactive)");
        (var result, var methods) = new PasswordQuestions(_credentials.User, password, server).Answer(session);
        _accepted = methods ?? _accepted;
        return (result, methods);
    }

    private PrivateKeyAuthenticationMethod KeyMethod(IReadOnlyList<HostAlgorithm> keys) =>
        new(_credentials.User, new KeySource(keys));

    private (AuthenticationResult Result, string[]? Methods) Try(Session session, AuthenticationMethod method)
    {
        var result = method.Authenticate(session);
        _accepted = method.AllowedAuthentications ?? _accepted;
        return (result, method.AllowedAuthentications);
    }
}
