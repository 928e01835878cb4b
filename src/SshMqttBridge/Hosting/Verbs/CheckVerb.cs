using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Mqtt.MqttNet;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>check</c>: tells that the configuration is right and, if asked, whether the broker and every server can be reached.</summary>
internal static class CheckVerb
{
    private const int AtOnce = 16;

    private static readonly TimeSpan BrokerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Prints one line for each thing checked; fails if one of them did.</summary>
    public static async Task<int> RunAsync(BridgeOptions options, bool connect, CancellationToken cancellationToken)
    {
        Console.WriteLine($"configuration: right, {options.Servers.Count} server(s)");
        if (!connect)
        {
            return ExitStatus.Success;
        }

        var isRight = await TryBrokerAsync(options.Mqtt, cancellationToken);
        var knownHosts = new KnownHosts(KnownHosts.FileIn(options.StateDirectory));
        var transports = SshTransports.Create(TimeProvider.System);
        using var slots = new SemaphoreSlim(AtOnce);
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
            isRight &= Report($"server {server.Id} ({server.User}@{server.Host}:{server.Port})", fault);
        }

        return isRight ? ExitStatus.Success : ExitStatus.Failure;
    }

    private static bool Report(string what, string? fault)
    {
        Console.WriteLine($"{what}: {fault ?? "ok"}");
        return fault is null;
    }

    private static async Task<bool> TryBrokerAsync(MqttOptions options, CancellationToken cancellationToken)
    {
        // With the bridge's own client id, the broker would throw out the bridge that runs.
        var own = options with
        {
            ClientId = options.ClientId + "-check",
        };
        var topics = new TopicScheme(options.BaseTopic);
        try
        {
            // A last will as the bridge has it, retained and all, since it is part of what the broker may refuse; but not with the topic of the bridge that runs.
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
            var remark = options.Retain && !retain ? " (it keeps no retained messages: the bridge publishes none)" : "";
            Console.WriteLine($"broker {connection.Broker}: ok{remark}");
            return true;
        }
        catch (MqttConnectionException exception)
        {
            return Report($"broker {string.Join(", ", options.Brokers)}", $"{JsonName(exception.Fault)}: {exception.Message}");
        }
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
            return $"{JsonName(exception.Fault)}: {exception.Message}";
        }
    }

    private static string JsonName<T>(T fault)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(fault.ToString());
}
