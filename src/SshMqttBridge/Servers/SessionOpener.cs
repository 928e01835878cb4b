using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>Opens sessions on one server: credentials, host key and deadline put together.</summary>
internal sealed class SessionOpener(ServerOptions options, ISshTransport transport, KnownHosts knownHosts, TimeProvider time)
{
    /// <summary>A fingerprint does not tell the type of its key, so for a pinned one each type that a server may have is asked for in turn.</summary>
    private static readonly string[] PinnedTypes = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"];

    /// <summary>Makes one attempt, within <see cref="ServerOptions.ConnectTimeout"/>.</summary>
    /// <exception cref="SshConnectionException">It failed.</exception>
    public async Task<ISshSession> OpenAsync(Overrides overrides, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var credentials = CredentialResolver.Resolve(options, overrides.User, overrides.Password);
            return options.HostKey.Mode == HostKeyMode.Pinned
                ? await OpenPinnedAsync(credentials, either.Token)
                : await OpenAsync(credentials, knownHosts.TypesFor(options.Host, options.Port), either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SshConnectionException(
                SshFault.Connect,
                $"{options.Host}:{options.Port} did not complete the connection within {options.ConnectTimeout.TotalSeconds} s."
            );
        }
    }

    private async Task<ISshSession> OpenPinnedAsync(SshCredentials credentials, CancellationToken cancellationToken)
    {
        SshConnectionException? first = null;
        SshConnectionException? otherKey = null;
        foreach (var type in PinnedTypes)
        {
            var wasJudged = false;
            try
            {
                return await OpenAsync(credentials, [type], cancellationToken, () => wasJudged = true);
            }
            catch (SshConnectionException exception) when (exception.Fault == SshFault.HostKey)
            {
                // Without a key to judge, the server has none of this type.
                first ??= exception;
                otherKey ??= wasJudged ? exception : null;
            }
        }

        throw otherKey ?? first!;
    }

    private Task<ISshSession> OpenAsync(
        SshCredentials credentials,
        IReadOnlyList<string> hostKeyTypes,
        CancellationToken cancellationToken,
        Action? judging = null
    ) =>
        transport.ConnectAsync(
            new SshConnectRequest
            {
                Host = options.Host,
                Port = options.Port,
                Credentials = credentials,
                HostKeyTypes = hostKeyTypes,
                RefuseHostKey = key =>
                {
                    judging?.Invoke();
                    return knownHosts.Judge(options, key).Refusal;
                },
            },
            cancellationToken
        );
}
