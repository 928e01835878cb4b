using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Opens sessions on one server: resolves the user name and credentials, verifies the host key, and keeps to the timeout.
/// </summary>
internal sealed class SessionOpener(ServerOptions options, ISshTransport transport, KnownHosts knownHosts, TimeProvider time)
{
    /// <summary>Makes one attempt, within <see cref="ServerOptions.ConnectTimeout"/>.</summary>
    /// <param name="overrides">The user and the password in place of the configured ones.</param>
    /// <param name="answered">See <see cref="SshConnectRequest.Answered"/>.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SshConnectionException">It failed.</exception>
    public async Task<ISshSession> OpenAsync(Overrides overrides, Action? answered, CancellationToken cancellationToken)
    {
        using Deadline deadline = new(options.ConnectTimeout, time, cancellationToken);
        try
        {
            var credentials = CredentialResolver.Resolve(options, overrides.User, overrides.Password);
            return options.HostKey.Mode == HostKeyMode.Pinned
                ? await OpenPinnedAsync(credentials, answered, deadline.Token)
                : await OpenAsync(credentials, knownHosts.TypesFor(options.Host, options.Port), answered, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
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
        // A fingerprint does not show the type of its key, so the server is asked for a key of each type in turn.
        var types = HostKeyTypes.FastestFirst.ToList();
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
                // The server has no key of another type. Once a key has matched, another failure is reported as it is, for
                // example a login.
                throw otherKey;
            }
        }
    }

    private async Task<ISshSession> OpenAsync(
        SshCredentials credentials,
        IReadOnlyList<string> hostKeyTypes,
        Action? answered,
        CancellationToken cancellationToken,
        Action<HostKey>? judging = null
    )
    {
        RefusedHostKey? refused = null;
        SshConnectRequest request = new()
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
                var verdict = knownHosts.Judge(options, key);
                refused = verdict.Refused;
                return verdict.Refusal;
            },
        };
        try
        {
            return await transport.ConnectAsync(request, cancellationToken);
        }
        catch (SshConnectionException exception) when (exception.Fault == SshFault.HostKey && refused is not null)
        {
            throw new SshConnectionException(exception.Fault, exception.Message, exception) { HostKey = refused };
        }
    }
}
