using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>trust ID</c>: fetches, shows and stores a server's host key.</summary>
internal static class TrustVerb
{
    /// <summary>Stores the key in place of what was known of that host and port. No secret is sent.</summary>
    public static async Task<int> RunAsync(BridgeOptions options, string id, CancellationToken cancellationToken)
    {
        if (options.Servers.FirstOrDefault(server => server.Id == id) is not { } server)
        {
            await Console.Error.WriteLineAsync(
                $"There is no server '{id}'; there are: {string.Join(", ", options.Servers.Select(known => known.Id))}."
            );
            return ExitStatus.Usage;
        }

        HostKey key;
        try
        {
            key = await FetchAsync(server, cancellationToken);
            new KnownHosts(KnownHosts.FileIn(options.StateDirectory)).Replace(server.Host, server.Port, key);
        }
        catch (Exception exception) when (exception is SshConnectionException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitStatus.Failure;
        }

        Console.WriteLine($"{server.Host}:{server.Port} {key.Type} {key.Fingerprint}");
        Console.WriteLine(
            $"stored in {KnownHosts.FileIn(options.StateDirectory)}: compare the fingerprint with what the server's owner says"
        );
        return ExitStatus.Success;
    }

    private static async Task<HostKey> FetchAsync(ServerOptions server, CancellationToken cancellationToken)
    {
        HostKey? seen = null;
        var request = new SshConnectRequest
        {
            Host = server.Host,
            Port = server.Port,
            ConnectTimeout = server.ConnectTimeout,
            Algorithms = server.Algorithms,
            Credentials = new SshCredentials { User = server.User },
            RefuseHostKey = key =>
            {
                seen = key;
                return "Only the key was asked for.";
            },
        };
        using var deadline = new CancellationTokenSource(server.ConnectTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await using var session = await SshTransports.Create(TimeProvider.System)(server).ConnectAsync(request, either.Token);
            return session.HostKey;
        }
        catch (SshConnectionException) when (seen is not null)
        {
            return seen;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SshConnectionException(
                SshFault.Connect,
                $"{server.Host}:{server.Port} did not answer within {server.ConnectTimeout.TotalSeconds} s."
            );
        }
    }
}
