using System.CommandLine;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>trust ID</c>: fetches, shows and stores a server's host key.</summary>
internal static class TrustVerb
{
    public static Command Create()
    {
        Argument<string> id = new("id") { Description = "The server's id in the configuration." };
        Command verb = new("trust", "Fetch, print and store a server's host key.") { id };
        verb.SetAction((options, parsed, token) => RunAsync(options, parsed.GetValue(id)!, token));
        return verb;
    }

    /// <summary>Stores the key, and replaces the known keys of that host and port. Sends no secret.</summary>
    public static async Task<int> RunAsync(BridgeOptions options, string id, CancellationToken cancellationToken)
    {
        if (options.Servers.FirstOrDefault(server => server.Id == id) is not { } server)
        {
            await Console.Error.WriteLineAsync(
                $"Unknown server '{id}'. Configured: {string.Join(", ", options.Servers.Select(known => known.Id))}."
            );
            return ExitStatus.Usage;
        }

        HostKey key;
        try
        {
            key = await FetchAsync(server, cancellationToken);
            new KnownHosts(KnownHosts.FileIn(options.StateDirectory)) { CreatesFolder = true }.Replace(
                server.Host,
                server.Port,
                key
            );
        }
        catch (Exception exception) when (exception is SshConnectionException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitStatus.Failure;
        }

        Console.WriteLine($"{server.Host}:{server.Port} {key.Type} {key.Fingerprint}");
        Console.WriteLine(
            $"Stored in {KnownHosts.FileIn(options.StateDirectory)}. "
                + "Compare the fingerprint with the one that the server's owner publishes."
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
                return "The key has been fetched.";
            },
        };
        using Deadline deadline = new(server.ConnectTimeout, TimeProvider.System, cancellationToken);
        try
        {
            await using var session = await SshTransports
                .Create(TimeProvider.System)(server)
                .ConnectAsync(request, deadline.Token);
            return session.HostKey;
        }
        catch (SshConnectionException) when (seen is not null)
        {
            return seen;
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw new SshConnectionException(
                SshFault.Connect,
                $"{server.Host}:{server.Port} did not answer within {server.ConnectTimeout.TotalSeconds} s."
            );
        }
    }
}
