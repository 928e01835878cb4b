using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>Opens sessions on one server: credentials, host key and deadline put together.</summary>
internal sealed class SessionOpener(ServerOptions options, ISshTransport transport, KnownHosts knownHosts, TimeProvider time)
{
    /// <summary>A fingerprint does not tell the type of its key, so a server with a pinned one is asked for its keys of all types in turn.</summary>
    private static readonly string[] HostKeyTypes =
    [
        "ssh-ed25519",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "ssh-rsa",
    ];

    /// <summary>Makes one attempt, within <see cref="ServerOptions.ConnectTimeout"/>.</summary>
    /// <param name="overrides">The user and the password in place of the configured ones.</param>
    /// <param name="answered">See <see cref="SshConnectRequest.Answered"/>.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SshConnectionException">It failed.</exception>
    public async Task<ISshSession> OpenAsync(Overrides overrides, Action? answered, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var credentials = CredentialResolver.Resolve(options, overrides.User, overrides.Password);
            return options.HostKey.Mode == HostKeyMode.Pinned
                ? await OpenPinnedAsync(credentials, answered, either.Token)
                : await OpenAsync(credentials, knownHosts.TypesFor(options.Host, options.Port), answered, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SshConnectionException(
                SshFault.Connect,
                $"{options.Host}:{options.Port} did not complete the connection within {options.ConnectTimeout.TotalSeconds} s."
            );
        }
    }

    private async Task<ISshSession> OpenPinnedAsync(
        SshCredentials credentials,
        Action? answered,
        CancellationToken cancellationToken
    )
    {
        var types = HostKeyTypes.ToList();
        SshConnectionException? otherKey = null;
        while (true)
        {
            HostKey? judged = null;
            try
            {
                return await OpenAsync(credentials, types, answered, cancellationToken, key => judged = key);
            }
            catch (SshConnectionException exception) when (exception.Fault == SshFault.HostKey && judged is not null)
            {
                otherKey ??= exception;
                if (!types.Remove(judged.Type) || types.Count == 0)
                {
                    throw otherKey;
                }
            }
            catch (SshConnectionException) when (otherKey is not null && judged is null)
            {
                // It has no key of any other type. Once a key was judged right, what fails is something else: a login, say.
                throw otherKey;
            }
        }
    }

    private Task<ISshSession> OpenAsync(
        SshCredentials credentials,
        IReadOnlyList<string> hostKeyTypes,
        Action? answered,
        CancellationToken cancellationToken,
        Action<HostKey>? judging = null
    ) =>
        transport.ConnectAsync(
            new SshConnectRequest
            {
                Host = options.Host,
                Port = options.Port,
                Credentials = credentials,
                ConnectTimeout = options.ConnectTimeout,
                Algorithms = options.Algorithms,
                HostKeyTypes = hostKeyTypes,
                Answered = answered,
                RefuseHostKey = key =>
                {
                    judging?.Invoke(key);
                    return knownHosts.Judge(options, key).Refusal;
                },
            },
            cancellationToken
        );
}
