using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt;

/// <summary>
/// Keeps one connection to the broker: connects, subscribes, publishes <c>online</c> and the messages of the
/// <see cref="Outbox"/>, delivers messages, and reconnects when the connection is lost.
/// </summary>
internal sealed partial class MqttWorker(
    IMqttTransport transport,
    MqttOptions options,
    MqttWorkerSetup setup,
    Outbox outbox,
    TimeProvider time,
    ILogger<MqttWorker> logger
)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SubscribeTimeout = TimeSpan.FromSeconds(10);

    private readonly MqttBackoff _backoff = new(Random.Shared.NextDouble);
    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);
    private readonly MqttRefusals _refusals = new(setup.ErrorTopic, outbox, time, logger);
    private readonly Lock _gate = new();
    private volatile MqttOptions _options = options;
    private volatile MqttWorkerSetup _setup = setup;
    private CancellationTokenSource? _current;
    private volatile bool _isConnected;
    private bool _wasConnected;
    private bool _hasLoggedNoRetain;
    private TimeSpan? _connectedFor;

    /// <summary>The one that had the last stable connection.</summary>
    private BrokerAddress? _stableBroker;

    /// <summary>
    /// Whether this attempt reached another node of the cluster than the one that had the last stable connection. If it ends soon, the
    /// cluster has not recovered yet, rather than another client having the same client id.
    /// </summary>
    private bool _isAtAnotherBroker;

    /// <summary>Whether there is a connection that is subscribed to everything. Any thread.</summary>
    public bool IsConnected => _isConnected;

    /// <summary>
    /// Called by the worker with the new value of <see cref="IsConnected"/> after each change. The worker waits for it. Set it
    /// before <see cref="RunAsync"/>.
    /// </summary>
    public Action<bool>? ConnectionChanged { get; set; }

    /// <summary>
    /// Runs until <paramref name="stop"/>. Then it delivers no more messages, publishes the waiting ones (for one second at most)
    /// and <c>offline</c>, and disconnects; without a connection it returns at once. Failures of the broker are not thrown. Not for
    /// concurrent calls.
    /// </summary>
    /// <param name="stop">Ends it in order.</param>
    /// <param name="abort">Ends it at once: nothing more is delivered or published.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
        var retry = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    // Any other exception is a defect of the bridge: it is logged as an error, and all servers keep their topics.
                    ShouldHandle = arguments =>
                        new(
                            arguments.Outcome.Exception is { } e and not NativeLibraryMissingException
                                && !(
                                    e is OperationCanceledException && arguments.Context.CancellationToken.IsCancellationRequested
                                )
                        ),
                    MaxRetryAttempts = int.MaxValue,
                    DelayGenerator = arguments => new(DelayAfter(arguments.Outcome.Exception as MqttConnectionException)),
                    OnRetry = arguments =>
                    {
                        if (!arguments.Context.CancellationToken.IsCancellationRequested)
                        {
                            LogFailure(arguments.Outcome.Exception!, arguments.RetryDelay);
                        }

                        return default;
                    },
                }
            )
            .Build();
        try
        {
            while (!end.IsCancellationRequested)
            {
                await KeepConnectedAsync(retry, end.Token, abort);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Stopped while connecting or waiting.
        }
    }

    /// <summary>
    /// Continues with other options, or other topics to subscribe to: disconnects in order, as when it stops, and connects again.
    /// Any thread.
    /// </summary>
    public void Reconfigure(MqttOptions changedOptions, MqttWorkerSetup changedSetup)
    {
        lock (_gate)
        {
            _options = changedOptions;
            _setup = changedSetup;
            _ = _current?.CancelAsync();
        }
    }

    /// <summary>Keeps a connection until stopped or reconfigured.</summary>
    private async Task KeepConnectedAsync(ResiliencePipeline retry, CancellationToken stop, CancellationToken abort)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        lock (_gate)
        {
            _current = end;
        }

        try
        {
            await retry.ExecuteAsync(async token => await ConnectAsync(token, abort), end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Stopped or reconfigured while connecting or waiting.
        }
        finally
        {
            lock (_gate)
            {
                _current = null;
            }
        }
    }

    /// <summary>One connection, from CONNECT to its end. Returns when stopped.</summary>
    private async Task ConnectAsync(CancellationToken stop, CancellationToken abort)
    {
        _connectedFor = null;
        _isAtAnotherBroker = false;
        var request = new MqttConnectRequest
        {
            Options = _options,
            Will = MqttSession.Offline(_setup),
            ConnectTimeout = ConnectTimeout,
            MaximumPayloadBytes = _setup.MaximumPayloadBytes,
        };
        var (opened, retain) = await MqttConnector.ConnectAsync(transport, request, stop);
        await using var connection = opened;
        var start = time.GetTimestamp();
        _isAtAnotherBroker = _stableBroker is not null && _stableBroker != connection.Broker;
        try
        {
            await SubscribeAsync(connection, stop);
            var session = new MqttSession(
                connection,
                _options.ProtocolVersion,
                retain,
                start,
                _setup,
                outbox,
                _refusals,
                time,
                logger
            );
            await session.RunAsync(() => SetConnected(connection.Broker, retain), stop, abort);
        }
        finally
        {
            _connectedFor = time.GetElapsedTime(start);
            if (_connectedFor >= MqttBackoff.Stable)
            {
                _logged.Clear();
                _stableBroker = connection.Broker;
            }

            SetDisconnected();
        }
    }

    private async Task SubscribeAsync(IMqttConnection connection, CancellationToken stop)
    {
        using Deadline deadline = new(SubscribeTimeout, time, stop);
        var cancellationToken = deadline.Token;
        try
        {
            Task[] subscribing =
            [
                .. _setup.StateTopics.Select(topic => TryAsync(connection.SubscribeToStateAsync(topic, cancellationToken))),
                .. _setup.Filters.Select(filter => connection.SubscribeAsync(filter, cancellationToken)),
                .. _setup.OptionalFilters.Select(filter => TryAsync(connection.SubscribeAsync(filter, cancellationToken))),
            ];
            await Task.WhenAll(subscribing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Reports the first filter that failed, not the failure that arrived first.
            foreach (var one in subscribing)
            {
                await one;
            }
        }
        catch (MqttRefusedException e)
        {
            throw new MqttConnectionException(
                MqttReason.FaultOfSubscription(e.ReasonCode),
                $"{connection.Broker} refused a subscription: {e.Message}",
                e.ReasonCode,
                e
            );
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new MqttConnectionException(
                MqttFault.Unreachable,
                $"{connection.Broker}: no answer to a subscription within {SubscribeTimeout.TotalSeconds} s",
                inner: e
            );
        }
    }

    private async Task TryAsync(Task subscribing)
    {
        try
        {
            await subscribing;
        }
        catch (MqttRefusedException e)
        {
            LogNotSubscribed(e.Message);
        }
    }

    private void SetConnected(BrokerAddress broker, bool retain)
    {
        _isConnected = true;
        if (_backoff.ShortConnections > 1)
        {
            LogReconnectedAfterShortConnection(broker);
        }
        else if (_wasConnected)
        {
            LogReconnected(broker);
        }
        else
        {
            LogConnected(broker);
        }

        if (_options.Retain && !retain && !_hasLoggedNoRetain)
        {
            _hasLoggedNoRetain = true;
            LogNoRetain(broker);
        }

        _wasConnected = true;
        NotifyListener(true);
    }

    private void SetDisconnected()
    {
        if (_isConnected)
        {
            _isConnected = false;
            NotifyListener(false);
        }
    }

    private void NotifyListener(bool isConnected)
    {
        try
        {
            ConnectionChanged?.Invoke(isConnected);
        }
        catch (Exception e)
        {
            LogConnectionCallbackFailed(e);
        }
    }

    private TimeSpan DelayAfter(MqttConnectionException? exception) =>
        _backoff.Next(
            exception?.Fault ?? MqttFault.Lost,
            _connectedFor,
            _isAtAnotherBroker || exception is null or { MayBeCausedByMessage: true }
        );

    /// <summary>
    /// Describes a takeover that the broker did not report, as many do not: connections that end soon, one after the other, suggest
    /// it. Null: nothing suggests it.
    /// </summary>
    private string? DescribeTakeover(MqttConnectionException fault) =>
        fault.Fault != MqttFault.Lost ? null
        : _backoff.LooksTakenOver
            ? $"{fault.Message}, repeatedly and soon after connecting: "
                + $"another client seems to use the client id '{_options.ClientId}'"
        : _backoff.ShortConnections > 1
            ? $"{fault.Message}, again soon after connecting: does another client use the client id '{_options.ClientId}'?"
        : null;

    /// <summary>Logs each distinct failure once until a connection has been stable; repetitions at debug level.</summary>
    private void LogFailure(Exception exception, TimeSpan delay)
    {
        var seconds = Math.Round(delay.TotalSeconds, 1);
        if (exception is not MqttConnectionException fault)
        {
            LogUnexpected(exception, seconds);
            return;
        }

        var takeover = fault.Fault == MqttFault.TakenOver ? fault.Message : DescribeTakeover(fault);
        var words = takeover ?? fault.Message;
        if (_logged.Add(words))
        {
            LogNotConnected(words, seconds);
            if (takeover is not null)
            {
                // Published at the next connection.
                outbox.TryPost(BridgeError.Create(_setup.ErrorTopic, "takenOver", words, null));
            }
        }
        else
        {
            LogStillNotConnected(words, seconds);
        }
    }
}
