using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>Opens sessions on one server: credentials, host key and deadline put together.</summary>
internal sealed class SessionOpener(ServerOptions options, ISshTransport transport, KnownHosts knownHosts, TimeProvider time)
{
    /// <summary>Makes one attempt, within <see cref="ServerOptions.ConnectTimeout"/>.</summary>
    /// <exception cref="SshConnectionException">It failed.</exception>
    public async Task<ISshSession> OpenAsync(Overrides overrides, CancellationToken cancellationToken)
    {
        var request = new SshConnectRequest
        {
            Host = options.Host,
            Port = options.Port,
            Credentials = CredentialResolver.Resolve(options, overrides.User, overrides.Password),
            HostKeyTypes = knownHosts.TypesFor(options.Host, options.Port),
            RefuseHostKey = key => knownHosts.Judge(options, key).Refusal,
        };
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await transport.ConnectAsync(request, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SshConnectionException(
                SshFault.Connect,
                $"{options.Host}:{options.Port} did not complete the connection within {options.ConnectTimeout.TotalSeconds} s."
            );
        }
    }
}
