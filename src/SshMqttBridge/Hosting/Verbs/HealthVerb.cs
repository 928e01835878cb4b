using System.Text;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>
/// <c>health</c>, for the health check of a container: whether the broker has the bridge as <c>online</c>. The last will sees to it that it does not where the bridge has died, or hangs.
/// </summary>
internal static class HealthVerb
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Prints one line; succeeds if the bridge is online.</summary>
    public static async Task<int> RunAsync(BridgeOptions options, IMqttTransport transport, CancellationToken cancellationToken)
    {
        var topic = new TopicScheme(options.Mqtt.BaseTopic).BridgeState;
        if (!options.Mqtt.Retain)
        {
            await Console.Error.WriteLineAsync($"{topic} cannot be read: with 'mqtt.retain: false' the broker does not keep it");
            return ExitStatus.Failure;
        }

        using var deadline = new CancellationTokenSource(Timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var state = await ReadAsync(options.Mqtt, transport, topic, either.Token);
            Console.WriteLine($"{topic}: {state}");
            return state == "online" ? ExitStatus.Success : ExitStatus.Failure;
        }
        catch (Exception exception) when (exception is MqttConnectionException or MqttRefusedException)
        {
            await Console.Error.WriteLineAsync($"{topic} cannot be read: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync(
                $"{topic}: the broker has not sent it within {Timeout.TotalSeconds} s: the bridge has never been online there, or the broker keeps no retained messages"
            );
        }

        return ExitStatus.Failure;
    }

    private static async Task<string> ReadAsync(
        MqttOptions options,
        IMqttTransport transport,
        string topic,
        CancellationToken token
    )
    {
        var request = new MqttConnectRequest
        {
            Options = options with
            {
                // With the bridge's own client id, the broker would throw out the bridge.
                ClientId = options.ClientId + "-health",
                // On 3.1.1 a subscription brings what is retained; on 5 the bridge asks for it not to.
                ProtocolVersion = MqttProtocolVersion.V311,
            },
            Will = new MqttPublication(topic + "/health", default),
        };
        await using var connection = await transport.ConnectAsync(request, token);
        await connection.SubscribeAsync(topic, token);
        var delivery = await connection.Deliveries.ReadAsync(token);
        return Encoding.UTF8.GetString(delivery.Payload.Span);
    }
}
