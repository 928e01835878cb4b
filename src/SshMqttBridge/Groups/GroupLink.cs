using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Groups;

/// <summary>
/// The connection of an instance to its group, through the broker, as long as the bridge runs. It is not the one for commands and
/// results: that one has much to carry, and exists only on the leader. Thread-safe.
/// </summary>
internal sealed partial class GroupLink(
    IMqttTransport transport,
    CurrentOptions options,
    GroupOptions group,
    TopicScheme topics,
    GroupView view,
    TimeProvider time,
    ILogger<GroupLink> logger
)
{
    /// <summary>For each broker.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>With all records of ten minutes.</summary>
    private static readonly TimeSpan SubscribeTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ClosingTimeout = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan RefusedDelay = TimeSpan.FromSeconds(10);

    private readonly string _stateTopic = topics.InstanceOf(group.Instance);
    private readonly Lock _gate = new();
    private IMqttConnection? _connection;
    private CancellationTokenSource? _reset;
    private LeaderInfo? _leading;
    private bool _isFailureLogged;

    /// <summary>Called with the last epoch that the broker knows when the connection is open, and everything retained has arrived.
    /// Set it before <see cref="RunAsync"/>, as the others.</summary>
    public Action<long>? Connected { get; set; }

    public Action? Disconnected { get; set; }

    public Action<LeaseMessage>? LeaseReceived { get; set; }

    /// <summary>Sends a message to all instances, if there is a connection. Does not wait.</summary>
    public void Send(LeaseMessage message) => Publish(new MqttPublication(topics.GroupLease, message.ToJson()));

    /// <summary>Publishes that this instance leads, or stands by (null), now and after each reconnect.</summary>
    public void SetLeading(LeaderInfo? leader)
    {
        lock (_gate)
        {
            _leading = leader;
            foreach (var state in States())
            {
                Publish(state);
            }
        }
    }

    /// <summary>Ends the connection, and opens a new one.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _ = _reset?.CancelAsync();
        }
    }

    /// <summary>
    /// Call it when the options of MQTT have changed: opens a new connection with them, at once, so that a leader keeps its lease.
    /// </summary>
    public void Reconfigure() => Reset();

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var delay = RetryDelay;
            try
            {
                await ConnectAsync(options.Value.Mqtt, stop);
                continue;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (MqttConnectionException exception)
            {
                delay = exception.Fault == MqttFault.LoginRefused ? RefusedDelay : RetryDelay;
                LogFailure(exception.Message);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogUnexpected(exception);
            }

            await Task.Delay(delay * (0.75 + Random.Shared.NextDouble() / 2), time, stop)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One connection. Returns when there are other options.</summary>
    private async Task ConnectAsync(MqttOptions mqtt, CancellationToken stop)
    {
        var connection = await transport.ConnectAsync(
            new MqttConnectRequest
            {
                Options = mqtt with { ClientId = $"{mqtt.ClientId}-{group.Instance}-group", KeepAlive = KeepAlive },
                Will = State(InstanceState.Offline),
                ConnectTimeout = ConnectTimeout * mqtt.Brokers.Count,
                MaximumPayloadBytes = 1 << 16,
            },
            stop
        );
        await using var _ = connection;
        using CancellationTokenSource reset = new();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, reset.Token);
        await ReadRetainedAsync(connection, end.Token);
        try
        {
            Begin(connection, reset);
            if (IsOutdated(mqtt))
            {
                Reset();
            }

            await foreach (var delivery in connection.Deliveries.ReadAllAsync(end.Token))
            {
                Handle(delivery);
            }
        }
        catch (OperationCanceledException) when (reset.IsCancellationRequested && IsOutdated(mqtt))
        {
            return;
        }
        catch (OperationCanceledException) when (reset.IsCancellationRequested)
        {
            throw new MqttConnectionException(MqttFault.Lost, $"{connection.Broker} no longer passes on messages");
        }
        finally
        {
            End();
            if (stop.IsCancellationRequested)
            {
                using CancellationTokenSource limit = new(ClosingTimeout, time);
                await connection.PublishAsync(State(InstanceState.Offline), limit.Token).WhenEnded();
            }
        }

        throw new MqttConnectionException(MqttFault.Lost, $"{connection.Broker} closed the connection");
    }

    private bool IsOutdated(MqttOptions mqtt) => options.Value.Mqtt != mqtt;

    /// <summary>A broker notices within one and a half of it that an instance is gone (MQTT 5 §3.1.2.10). Whole seconds.</summary>
    private TimeSpan KeepAlive => TimeSpan.FromSeconds(Math.Max(2, Math.Ceiling(group.Takeover.TotalSeconds)));

    /// <summary>
    /// Subscribes, and handles what the broker retains. Both at once: there may be more than the connection holds, and until it is
    /// read, no response to a subscription arrives.
    /// </summary>
    private async Task ReadRetainedAsync(IMqttConnection connection, CancellationToken stop)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var subscribing = SubscribeAsync(connection, stop);
        Task<bool>? arrival = null;
        while (!subscribing.IsCompleted)
        {
            arrival ??= connection.Deliveries.WaitToReadAsync(reading.Token).AsTask();
            if (await Task.WhenAny(subscribing, arrival) == arrival)
            {
                var isOpen = await arrival;
                arrival = null;
                HandleArrived(connection);
                if (!isOpen)
                {
                    break;
                }
            }
        }

        await reading.CancelAsync();
        if (arrival is not null)
        {
            await arrival.WhenEnded();
        }

        await subscribing;
        // Retained messages arrive before the response to a later subscription.
        HandleArrived(connection);
    }

    private void HandleArrived(IMqttConnection connection)
    {
        while (connection.Deliveries.TryRead(out var delivery))
        {
            Handle(delivery);
        }
    }

    private async Task SubscribeAsync(IMqttConnection connection, CancellationToken stop)
    {
        if (!connection.RetainAvailable)
        {
            throw new MqttConnectionException(
                MqttFault.LoginRefused,
                $"{connection.Broker} does not support retained messages, which a group needs"
            );
        }

        view.Reset();
        using Deadline deadline = new(SubscribeTimeout, time, stop);
        try
        {
            await connection.SubscribeToStateAsync(topics.GroupLeader, deadline.Token);
            await connection.SubscribeToStateAsync(topics.Instances, deadline.Token);
            await connection.SubscribeToStateAsync(topics.CommandRecords, deadline.Token);
            await connection.SubscribeAsync(topics.GroupLease, deadline.Token);
        }
        catch (MqttRefusedException exception)
        {
            throw new MqttConnectionException(
                MqttReason.FaultOfSubscription(exception.ReasonCode),
                $"{connection.Broker} refused a subscription of the group: {exception.Message}",
                exception.ReasonCode,
                exception
            );
        }
        catch (OperationCanceledException exception) when (deadline.HasPassed)
        {
            throw new MqttConnectionException(
                MqttFault.Unreachable,
                $"{connection.Broker}: no answer to a subscription within {SubscribeTimeout.TotalSeconds} s",
                inner: exception
            );
        }
    }

    private void Begin(IMqttConnection connection, CancellationTokenSource reset)
    {
        lock (_gate)
        {
            _connection = connection;
            _reset = reset;
            foreach (var state in States())
            {
                Publish(state);
            }
        }

        _isFailureLogged = false;
        LogConnected(group.Instance, connection.Broker);
        view.IsConnected = true;
        Connected?.Invoke(view.Leader?.Epoch ?? 0);
    }

    private void End()
    {
        lock (_gate)
        {
            _connection = null;
            _reset = null;
        }

        view.IsConnected = false;
        Disconnected?.Invoke();
    }

    private void Handle(MqttDelivery delivery)
    {
        if (delivery.Topic != topics.GroupLease)
        {
            view.Handle(delivery);
            RepeatState(delivery);
        }
        else if (LeaseMessage.TryRead(delivery.Payload.Span, out var message))
        {
            LeaseReceived?.Invoke(message);
        }
    }

    /// <summary>
    /// Publishes the state of this instance again if the broker has <c>offline</c> or nothing instead. A cluster may publish the will of
    /// an attempt to connect that was given up at one node after this connection, through another node, has published its state.
    /// </summary>
    private void RepeatState(MqttDelivery delivery)
    {
        if (
            delivery.Topic == _stateTopic
            && (delivery.Payload.IsEmpty || delivery.Payload.Span.SequenceEqual(StateBytes(InstanceState.Offline)))
        )
        {
            lock (_gate)
            {
                Publish(OwnState());
            }
        }
    }

    private void Publish(MqttPublication publication)
    {
        lock (_gate)
        {
            // If it is lost, a later one takes its place.
            _ = _connection?.Publish([publication])[0].WhenEnded();
        }
    }

    private MqttPublication[] States() =>
        _leading is { } leader
            ? [new MqttPublication(topics.GroupLeader, leader.ToJson(), Retain: true), OwnState()]
            : [OwnState()];

    private MqttPublication OwnState() => State(_leading is null ? InstanceState.Standby : InstanceState.Leader);

    private MqttPublication State(string state) => new(_stateTopic, StateBytes(state), Retain: true);

    private static byte[] StateBytes(string state) => System.Text.Encoding.UTF8.GetBytes(state);

    private void LogFailure(string reason)
    {
        if (!_isFailureLogged)
        {
            _isFailureLogged = true;
            LogNotConnected(group.Instance, reason);
        }
    }

    [LoggerMessage(8000, LogLevel.Information, "{Instance}: connected to its group through the broker {Broker}")]
    private partial void LogConnected(string instance, BrokerAddress broker);

    [LoggerMessage(8001, LogLevel.Warning, "{Instance}: not connected to its group: {Reason}; retrying")]
    private partial void LogNotConnected(string instance, string reason);

    [LoggerMessage(8002, LogLevel.Error, "Unexpected failure of the connection to the group; please report it")]
    private partial void LogUnexpected(Exception exception);
}
