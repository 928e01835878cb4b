using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Client;

/// <summary>The connection to the broker. After a loss it connects and subscribes again, until it succeeds.</summary>
/// <param name="subscriptions">Made in this order. The last one is that of <c>ssh/bridge/state</c>: when its retained message
/// arrives, the broker has processed the others.</param>
internal sealed class ClientConnection(
    IMqttTransport transport,
    MqttOptions options,
    IReadOnlyList<Subscription> subscriptions,
    TimeProvider time
) : IAsyncDisposable
{
    // A result contains up to maxOutputBytes of each stream. This is the maximum of MQTT.
    private const int MaximumPayloadBytes = 268_435_455;

    private static readonly TimeSpan StateTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<bool> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IMqttConnection? _connection;
    private Task _published = Task.CompletedTask;

    private IMqttConnection Connection => _connection ?? throw new InvalidOperationException("Not opened.");

    /// <summary>Connects, subscribes, and returns when the bridge is known to be online.</summary>
    /// <param name="onOther">Called with the messages that arrive before that.</param>
    /// <exception cref="ClientException">There is no broker, or the bridge is not running.</exception>
    public async Task OpenAsync(Action<MqttDelivery> onOther, CancellationToken cancelled)
    {
        var state = subscriptions[^1].Filter;
        try
        {
            await ConnectAsync(hasLost: false, cancelled);
        }
        catch (MqttConnectionException exception)
        {
            throw NoBridge(exception.Message);
        }

        using Deadline deadline = new(StateTimeout, time, cancelled);
        try
        {
            while (true)
            {
                var delivery = await ReadAsync(deadline.Token);
                if (delivery.Topic != state)
                {
                    onOther(delivery);
                }
                else if (delivery.Payload.Span.SequenceEqual("online"u8))
                {
                    return;
                }
                else if (delivery.Payload.Span.SequenceEqual("offline"u8))
                {
                    throw new ClientException(ClientExitStatus.Unavailable, "the bridge is not running");
                }
            }
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw NoBridge($"no retained message on {state}");
        }
    }

    /// <summary>The next message. Waits through the absence of the broker.</summary>
    /// <exception cref="ClientException">The broker refused something that the client needs.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<MqttDelivery> ReadAsync(CancellationToken cancelled)
    {
        while (true)
        {
            try
            {
                if (Connection.Deliveries.TryRead(out var delivery))
                {
                    return delivery;
                }

                await await Task.WhenAny(Connection.Deliveries.WaitToReadAsync(cancelled).AsTask(), _refused.Task);
            }
            catch (MqttConnectionException)
            {
                await ReconnectAsync(cancelled);
            }
        }
    }

    /// <summary>Publishes a message. If the broker refuses it, <see cref="ReadAsync"/> throws.</summary>
    /// <param name="what">The message, in the text of that exception.</param>
    /// <returns>See <see cref="IMqttConnection.Publish"/>.</returns>
    public Task Publish(MqttPublication publication, string what)
    {
        var acknowledged = Connection.Publish([publication])[0];
        _published = acknowledged;
        _ = WatchAsync(acknowledged, "the broker did not accept " + what);
        return acknowledged;
    }

    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? default;

    private async Task ConnectAsync(bool hasLost, CancellationToken cancelled)
    {
        MqttConnectRequest request = new() { Options = options, MaximumPayloadBytes = MaximumPayloadBytes };
        _connection = await transport.ConnectAsync(request, cancelled);
        // All leave before the first response.
        foreach (var subscription in subscriptions)
        {
            var isState =
                subscription.Retained == RetainedMessages.Always
                || (hasLost && subscription.Retained == RetainedMessages.AfterLoss);
            var subscribed = isState
                ? _connection.SubscribeToStateAsync(subscription.Filter, CancellationToken.None)
                : _connection.SubscribeAsync(subscription.Filter, CancellationToken.None);
            _ = WatchAsync(subscribed, subscription.IsOptional ? null : "the broker refused a subscription");
        }
    }

    private async Task ReconnectAsync(CancellationToken cancelled)
    {
        while (true)
        {
            await Connection.DisposeAsync();
            // The end of the connection ends it; the caller finds out whether it was acknowledged before it reads on.
            await _published.WhenEnded();
            await Task.Delay(ReconnectDelay, time, cancelled);
            try
            {
                await ConnectAsync(hasLost: true, cancelled);
                return;
            }
            catch (MqttConnectionException)
            {
                // Not yet.
            }
        }
    }

    private async Task WatchAsync(Task response, string? refusal)
    {
        try
        {
            await response;
        }
        catch (MqttRefusedException exception)
        {
            if (refusal is not null)
            {
                _refused.TrySetException(new ClientException(ClientExitStatus.Unavailable, $"{refusal}: {exception.Message}"));
            }
        }
        catch (MqttConnectionException)
        {
            // The reader notices the loss, and connects again.
        }
    }

    private static ClientException NoBridge(string why) => new(ClientExitStatus.Unavailable, $"no bridge at this broker: {why}");
}
