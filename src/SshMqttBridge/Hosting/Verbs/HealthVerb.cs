using System.CommandLine;
using System.Text;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Mqtt.MqttNet;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>
/// <c>health</c>, for the health check of a container: whether the bridge is ready. With <c>metrics</c> it is asked itself; otherwise
/// the broker is asked whether the bridge is <c>online</c>, or in a group, whether this instance leads or stands by. The broker
/// publishes the last will, <c>offline</c>, when the bridge dies or hangs.
/// </summary>
internal static class HealthVerb
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        Command verb = new("health", "Ask whether the bridge is online; for health checks of containers.");
        verb.SetAction((options, _, token) => RunAsync(options, new MqttNetTransport(), token));
        return verb;
    }

    /// <summary>Prints one line; succeeds if the bridge is online.</summary>
    public static async Task<int> RunAsync(BridgeOptions options, IMqttTransport transport, CancellationToken cancellationToken)
    {
        if (options.Metrics is { Enabled: true, Url.Port: > 0 } metrics)
        {
            return await HealthRequest.RunAsync(metrics.Url, Timeout, cancellationToken);
        }

        TopicScheme topics = new(options.Mqtt.BaseTopic);
        var topic = options.Group is { } group ? topics.InstanceOf(group.Instance) : topics.BridgeState;
        if (!options.Mqtt.Retain)
        {
            await Console.Error.WriteLineAsync(
                $"{topic} cannot be read: with 'mqtt.retain: false' the broker does not retain it"
            );
            return ExitStatus.Failure;
        }

        using Deadline deadline = new(Timeout, TimeProvider.System, cancellationToken);
        try
        {
            var state = await ReadAsync(options, transport, topic, deadline.Token);
            Console.WriteLine($"{topic}: {state}");
            return state is "online" or "leader" or "standby" ? ExitStatus.Success : ExitStatus.Failure;
        }
        catch (Exception exception) when (exception is MqttConnectionException or MqttRefusedException)
        {
            await Console.Error.WriteLineAsync($"{topic} cannot be read: {exception.Message}");
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            await Console.Error.WriteLineAsync(
                $"{topic}: no retained message within {Timeout.TotalSeconds} s: the bridge has never been online, "
                    + "or the broker does not support retained messages"
            );
        }

        return ExitStatus.Failure;
    }

    private static async Task<string> ReadAsync(
        BridgeOptions options,
        IMqttTransport transport,
        string topic,
        CancellationToken token
    )
    {
        var request = new MqttConnectRequest
        {
            Options = options.Mqtt with
            {
                // The broker would disconnect the bridge if the client id were the same.
                ClientId = options.OwnClientId + "-health",
            },
            Will = new MqttPublication(topic + "/health", default),
        };
        await using var connection = await transport.ConnectAsync(request, token);
        await connection.SubscribeToStateAsync(topic, token);
        var delivery = await connection.Deliveries.ReadAsync(token);
        return Encoding.UTF8.GetString(delivery.Payload.Span);
    }
}
