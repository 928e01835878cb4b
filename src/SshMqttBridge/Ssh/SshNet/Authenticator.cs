using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Security;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Proves who we are: each proof is offered once, in the order of <see cref="SshCredentials"/>, as long as the server takes one of its kind.</summary>
internal sealed class Authenticator(SshConnectRequest request, string server) : IDisposable
{
    private readonly SshCredentials _credentials = request.Credentials;
    private readonly IReadOnlyList<string> _signatures = AlgorithmCatalog
        .Of(SshLibrary.SshNet)
        .Allowed(AlgorithmKind.Signatures, request.Algorithms);

    private readonly List<string> _tried = [];
    private PrivateKeyFile? _key;
    private byte[]? _password;
    private bool _isPasswordGiven;
    private string[]? _taken;
    private volatile AgentClient? _agent;
    private volatile bool _isInterrupted;

    /// <summary>What SSH.NET may try. Reads the key's file.</summary>
    /// <exception cref="SshConnectionException">A key's file cannot be used.</exception>
    public AuthenticationMethod[] Proofs()
    {
        List<AuthenticationMethod> proofs = [];
        if (_credentials.PrivateKey is { } file)
        {
            _key = PrivateKeyReader.Read(file);
            AddKey(proofs, isCertificate: true, $"the certificate of {file.File}");
            AddKey(proofs, isCertificate: false, $"the key {file.File}");
        }

        if (_credentials.Agent)
        {
            proofs.Add(new Proof(_credentials.User, "publickey", TryAgent));
        }

        if (_credentials.Password is { } password)
        {
            proofs.Add(new Proof(_credentials.User, "password", session => TryPassword(session, password)));
            proofs.Add(new Proof(_credentials.User, "keyboard-interactive", session => TryQuestions(session, password)));
        }

        if (proofs.Count == 0)
        {
            // SSH.NET wants one. No server has such a method.
            proofs.Add(new Proof(_credentials.User, "nothing", _ => (AuthenticationResult.Failure, null)));
        }

        return [.. proofs];
    }

    /// <summary>Why the server did not let us in.</summary>
    /// <param name="error">What SSH.NET says: it names what the server takes when nothing of ours fits.</param>
    public SshConnectionException Refused(string error)
    {
        var start = error.IndexOf("authentication (", StringComparison.Ordinal);
        var taken = start >= 0 ? error[(error.IndexOf('(', start) + 1)..].TrimEnd('.', ')').Split(',') : _taken ?? [];
        var tried = _tried.Count > 0 ? $"tried {string.Join(", ", _tried)}" : "there was nothing to try";
        var takes = taken.Length > 0 ? Printable.Text(string.Join(", ", taken), 300) : "no method that is known here";
        return new SshConnectionException(
            SshFault.Authentication,
            $"{server} refused the user {_credentials.User}: {tried}; it takes {takes}"
        );
    }

    /// <summary>Ends the waiting for an agent that does not answer.</summary>
    public void Interrupt()
    {
        _isInterrupted = true;
        _agent?.Dispose();
    }

    /// <summary>To be called when the login has ended.</summary>
    public void Dispose()
    {
        _agent?.Dispose();
        _key?.Dispose();
        CryptographicOperations.ZeroMemory(_password);
    }

    private void AddKey(List<AuthenticationMethod> proofs, bool isCertificate, string what)
    {
        IReadOnlyList<HostAlgorithm> all =
        [
            .. _key!.HostKeyAlgorithms.Where(algorithm => SignatureAlgorithms.IsCertificate(algorithm.Name) == isCertificate),
        ];
        if (all.Count == 0)
        {
            return;
        }

        // SSH.NET lists one for each signature algorithm, in an order of its own.
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
        proofs.Add(
            new Proof(
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
        _tried.Add(_agent is null ? "the agent (it cannot be reached)" : "the agent's keys");
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
            // An agent that does not sign is one proof less, no more; a connection that is lost is found so at the next one.
            return (AuthenticationResult.Failure, null);
        }
    }

    private (AuthenticationResult Result, string[]? Methods) TryPassword(Session session, Secret password)
    {
        if (_isPasswordGiven)
        {
            return (AuthenticationResult.Failure, null);
        }

        _isPasswordGiven = true;
        _tried.Add("the password");
        _password = Encoding.UTF8.GetBytes(password.Reveal());

        // Not disposed of: SSH.NET may still be answering on a thread of its own, and would end the process.
#pragma warning disable CA2000
        PasswordAuthenticationMethod method = new(_credentials.User, _password);
#pragma warning restore CA2000
        method.PasswordExpired += (_, _) =>
            throw new SshConnectionException(
                SshFault.Authentication,
                $"{server}: the server asks for a new password: the old one has expired"
            );
        return Try(session, method);
    }

    private (AuthenticationResult Result, string[]? Methods) TryQuestions(Session session, Secret password)
    {
        if (_isPasswordGiven)
        {
            return (AuthenticationResult.Failure, null);
        }

        _isPasswordGiven = true;
        _tried.Add("the password (keyboard-interactive)");
        (var result, var methods) = new PasswordQuestions(_credentials.User, password, server).Answer(session);
        _taken = methods ?? _taken;
        return (result, methods);
    }

    private PrivateKeyAuthenticationMethod KeyMethod(IReadOnlyList<HostAlgorithm> keys) =>
        new(_credentials.User, new KeySource(keys));

    private (AuthenticationResult Result, string[]? Methods) Try(Session session, AuthenticationMethod method)
    {
        var result = method.Authenticate(session);
        _taken = method.AllowedAuthentications ?? _taken;
        return (result, method.AllowedAuthentications);
    }
}
