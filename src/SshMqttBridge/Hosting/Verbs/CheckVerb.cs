using System.CommandLine;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Groups.Etcd;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Mqtt.MqttNet;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>
/// <c>check</c>: checks the configuration and, with <c>--connect</c>, the connections to the broker and all servers.
/// </summary>
internal static class CheckVerb
{
    private const int MaximumConcurrency = 16;

    private static readonly TimeSpan BrokerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EtcdTimeout = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        Option<bool> connect = new("--connect") { Description = "Also connect to the broker and to every server." };
        Command verb = new("check", "Check the configuration.") { connect };
        verb.SetAction((options, parsed, token) => RunAsync(options, parsed.GetValue(connect), token));
        return verb;
    }

    /// <summary>Prints one line for each check.</summary>
    /// <returns><see cref="ExitStatus.Failure"/> if any check failed.</returns>
    public static async Task<int> RunAsync(BridgeOptions options, bool connect, CancellationToken cancellationToken)
    {
        Console.WriteLine($"Configuration OK ({Count(options.Servers.Count)})");
        if (!connect)
        {
            return ExitStatus.Success;
        }

        var isOk = await TryBrokerAsync(options, cancellationToken);
        isOk &= options.Group is not { Lease: LeaseKind.Etcd } group || await TryEtcdAsync(group, cancellationToken);
        var knownHosts = new KnownHosts(KnownHosts.FileIn(options.StateDirectory)) { CreatesFolder = true };
        var transports = SshTransports.Create(TimeProvider.System);
        using var slots = new SemaphoreSlim(MaximumConcurrency);
        IEnumerable<Task<(ServerOptions Server, string? Fault)>> tries = options.Servers.Select(async server =>
        {
            await slots.WaitAsync(cancellationToken);
            try
            {
                return (
                    server,
                    await TryServerAsync(
                        new SessionOpener(server, transports(server), knownHosts, TimeProvider.System),
                        cancellationToken
                    )
                );
            }
            finally
            {
                slots.Release();
            }
        });
        foreach ((var server, var fault) in await Task.WhenAll(tries))
        {
            isOk &= Report($"server {server.Id} ({server.User}@{server.Host}:{server.Port})", fault);
        }

        return isOk ? ExitStatus.Success : ExitStatus.Failure;
    }

    private static string Count(int servers) => servers == 1 ? "1 server" : $"{servers} servers";

    private static bool Report(string what, string? fault)
    {
        Console.WriteLine($"{what}: {fault ?? "ok"}");
        return fault is null;
    }

    private static async Task<bool> TryBrokerAsync(BridgeOptions bridge, CancellationToken cancellationToken)
    {
        var options = bridge.Mqtt;
        // The broker would disconnect a running bridge with the same client id.
        var own = options with
        {
            ClientId = bridge.OwnClientId + "-check",
        };
        var topics = new TopicScheme(options.BaseTopic);
        try
        {
            // The broker may refuse a retained last will, so the check has one as well, on a separate topic.
            var (connection, retain) = await MqttConnector.ConnectAsync(
                new MqttNetTransport(),
                new MqttConnectRequest
                {
                    Options = own,
                    Will = new MqttPublication(topics.Of("bridge", "check"), default, Retain: true),
                    ConnectTimeout = BrokerTimeout,
                },
                cancellationToken
            );
            await using var _ = connection;
            var remark =
                options.Retain && !retain
                    ? " (it does not support retained messages; the bridge publishes without the retain flag)"
                    : "";
            Console.WriteLine($"broker {connection.Broker}: ok{remark}");
            return await HasServersForItselfAsync(bridge, connection, topics, cancellationToken);
        }
        catch (MqttConnectionException exception)
        {
            return Report(
                $"broker {string.Join(", ", options.Brokers)}",
                $"{CamelCase.Of(exception.Fault)}: {exception.Message}"
            );
        }
    }

    /// <summary>Reports each server that another bridge serves on the base topic.</summary>
    private static async Task<bool> HasServersForItselfAsync(
        BridgeOptions options,
        IMqttConnection connection,
        TopicScheme topics,
        CancellationToken cancellationToken
    )
    {
        var others = await OtherBridge.FindAsync(connection, topics, BrokerTimeout, cancellationToken);
        var isOk = true;
        foreach (var other in others.Where(other => other.Instance != options.Mqtt.ClientId))
        {
            if (other.IsInGroup && options.Group is not null)
            {
                continue;
            }

            foreach (var server in options.Servers.Where(server => other.Servers.Contains(server.Id)))
            {
                isOk = Report($"server {server.Id}", $"the bridge '{other.Instance}' serves it on the same base topic");
            }
        }

        return isOk;
    }

    /// <summary>Asks each member: a bridge would use the others without a word.</summary>
    private static async Task<bool> TryEtcdAsync(GroupOptions group, CancellationToken cancellationToken)
    {
        var isOk = true;
        foreach (var endpoint in group.EtcdEndpoints)
        {
            string? fault = null;
            using var client = EtcdClient.Create([endpoint], EtcdTimeout, TimeProvider.System);
            try
            {
                await new EtcdElection(client, group.EtcdPrefix, group.Instance).ReadAsync(cancellationToken);
            }
            catch (EtcdException exception)
            {
                fault = exception.Message;
            }

            isOk &= Report("etcd " + endpoint.GetLeftPart(UriPartial.Authority), fault);
        }

        return isOk;
    }

    private static async Task<string?> TryServerAsync(SessionOpener opener, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await opener.OpenAsync(new Overrides(null, null), answered: null, cancellationToken);
            return null;
        }
        catch (SshConnectionException exception)
        {
            return $"{CamelCase.Of(exception.Fault)}: {exception.Message}";
        }
    }
}
