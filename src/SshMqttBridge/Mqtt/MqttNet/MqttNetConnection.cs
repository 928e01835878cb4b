using System.Text;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Packets;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>One connection: MQTTnet's client on a <see cref="BrokerChannel"/>.</summary>
internal sealed class MqttNetConnection : IMqttConnection
{
    // The maximum number of messages without a PUBACK: enough to keep a link busy, few enough to repeat after a loss.
    private const int LargestWindow = 100;

    // The client numbers the packets of its subscriptions from 1; messages in flight use the upper half of the packet ids.
    private const ushort FirstPacketId = 32_768;

    /// <summary>How long the client may take to end.</summary>
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(5);

    private readonly MqttConnectRequest _request;
    private readonly MqttNetFaults _faults;
    private readonly BrokerChannel _channel;
    private readonly MqttClient _client;
    private readonly Lock _gate = new();
    private readonly Queue<PendingPublish> _waiting = new();
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _clientEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _watch = Task.CompletedTask;
    private readonly Dictionary<ushort, PendingPublish> _underWay = [];
    private ushort _packetId = ushort.MaxValue;
    private int _window = LargestWindow;
    private volatile bool _isConnected;
    private int _isDisposing;
    private volatile MqttConnectionException? _fault;

    public MqttNetConnection(MqttConnectRequest request, BrokerAddress broker, BrokerDialer dialer)
    {
        _request = request;
        Broker = broker;
        _faults = new MqttNetFaults(request.Options, broker);
        _channel = new BrokerChannel(dialer, request, OnAcknowledged, e => Fail(e));
        _client = new MqttClient(_channel, MqttNetNullLogger.Instance);
        _client.DisconnectedAsync += ended =>
        {
            _clientEnded.TrySetResult();
            Fail(ended.Exception);
            return Task.CompletedTask;
        };
    }

    public BrokerAddress Broker { get; }

    public long? MaximumPacketBytes { get; private set; }

    public bool RetainAvailable { get; private set; } = true;

    public ChannelReader<MqttDelivery> Deliveries => _channel.Inbound;

    private bool IsV5 => _request.Options.ProtocolVersion == MqttProtocolVersion.V5;

    /// <summary>Returns after the broker's CONNACK. Call once; dispose also when it throws.</summary>
    /// <exception cref="MqttConnectionException">See <see cref="IMqttTransport.ConnectAsync"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        MqttClientConnectResult answer;
        try
        {
            answer = await _client.ConnectAsync(MqttNetOptions.Connect(_request), cancellationToken);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Fail(e);
        }

        if (answer.ResultCode != MqttClientConnectResultCode.Success)
        {
            throw _faults.Refused((int)answer.ResultCode, answer.ReasonString);
        }

        var keepAlive = _request.Options.KeepAlive;
        if (IsV5)
        {
            MaximumPacketBytes = answer.MaximumPacketSize is > 0 and var bytes ? bytes : null;
            RetainAvailable = answer.RetainAvailable;
            _window = Math.Clamp(answer.ReceiveMaximum is > 0 and var count ? (int)count : LargestWindow, 1, LargestWindow);
            // The broker may demand a shorter keep-alive than requested.
            keepAlive = _channel.DemandedKeepAlive is { } demanded && demanded < keepAlive ? demanded : keepAlive;
        }

        _isConnected = true;
        _watch = WatchAsync(keepAlive);
    }

    public Task SubscribeAsync(string filter, CancellationToken cancellationToken) =>
        SubscribeAsync(filter, isState: false, cancellationToken);

    public Task SubscribeToStateAsync(string topic, CancellationToken cancellationToken) =>
        SubscribeAsync(topic, isState: true, cancellationToken);

    private async Task SubscribeAsync(string filter, bool isState, CancellationToken cancellationToken)
    {
        if (!TopicFilter.IsFilter(filter))
        {
            throw Refusal(MqttReason.FilterInvalid, filter);
        }

        cancellationToken.ThrowIfCancellationRequested();
        MqttClientSubscribeResult answer;
        try
        {
            answer = await _client.SubscribeAsync(MqttNetOptions.Subscribe(filter, isState, IsV5), cancellationToken);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Fail(e);
        }

        var reason = (int)answer.Items.First().ResultCode;
        if (reason >= MqttReason.Unspecified)
        {
            throw Refusal(reason, filter, answer.ReasonString);
        }
    }

    public IReadOnlyList<Task> Publish(IReadOnlyList<MqttPublication> together)
    {
        var acknowledged = new Task[together.Count];
        lock (_gate)
        {
            for (var i = 0; i < acknowledged.Length; i++)
            {
                PendingPublish pending = new(together[i]);
                acknowledged[i] = pending.Task;
                if (RefusalOf(together[i]) is { } refusal)
                {
                    pending.SetException(refusal);
                }
                else if (_fault is { } fault)
                {
                    pending.SetException(fault);
                }
                else
                {
                    _waiting.Enqueue(pending);
                }
            }

            SendWaiting();
        }

        _channel.Flush();
        return acknowledged;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposing, 1) != 0)
        {
            await _disposed.Task;
            return;
        }

        using Deadline closing = new(ClosingTime, TimeProvider.System);
        try
        {
            if (_isConnected)
            {
                await _client.DisconnectAsync(new MqttClientDisconnectOptions(), closing.Token);
            }
        }
        catch (Exception)
        {
            // The connection has already ended, and the client with it.
        }

        Fail(null);
        await _end.CancelAsync();
        await _watch;
        if (_isConnected)
        {
            // Its tasks could wait for each other if the connection ended in the moment after the CONNACK.
            await _clientEnded.Task.WaitAsync(closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _client.Dispose();
        _channel.Dispose();
        _end.Dispose();
        _disposed.SetResult();
    }

    // Under the gate.
    private void SendWaiting()
    {
        while (_underWay.Count < _window && _waiting.TryDequeue(out var pending))
        {
            var packetId = NextPacketId();
            _underWay.Add(packetId, pending);
            _channel.Publish(MqttNetOptions.Publish(pending.Publication, packetId, IsV5));
        }
    }

    private ushort NextPacketId()
    {
        do
        {
            _packetId = _packetId == ushort.MaxValue ? FirstPacketId : (ushort)(_packetId + 1);
        } while (_underWay.ContainsKey(_packetId));

        return _packetId;
    }

    /// <summary>
    /// Called on the reading thread. Sends waiting messages as soon as there is room; code that awaits an acknowledgement
    /// resumes here.
    /// </summary>
    private void OnAcknowledged(IReadOnlyList<MqttPubAckPacket> acknowledgements)
    {
        var completed = new (PendingPublish? Pending, MqttPubAckPacket Answer)[acknowledgements.Count];
        lock (_gate)
        {
            for (var i = 0; i < completed.Length; i++)
            {
                _underWay.Remove(acknowledgements[i].PacketIdentifier, out var pending);
                completed[i] = (pending, acknowledgements[i]);
            }

            SendWaiting();
        }

        foreach (var (pending, answer) in completed)
        {
            var reason = (int)answer.ReasonCode;
            if (reason < MqttReason.Unspecified)
            {
                pending?.TrySetResult();
            }
            else
            {
                pending?.TrySetException(Refusal(reason, pending.Publication.Topic, answer.ReasonString));
            }
        }
    }

    private async Task WatchAsync(TimeSpan keepAlive)
    {
        if (await KeepAliveWatch.RunAsync(_channel, keepAlive, _end.Token))
        {
            Fail(_faults.Silent());
        }
    }

    /// <summary>Ends the connection. The first reason counts; later ones are its consequences.</summary>
    private MqttConnectionException Fail(Exception? e)
    {
        PendingPublish[] left;
        MqttConnectionException fault;
        lock (_gate)
        {
            if (_fault is { } first)
            {
                return first;
            }

            fault = _fault =
                Volatile.Read(ref _isDisposing) != 0 ? _faults.ClosedHere
                : _channel.HasAnswered ? _faults.Lost(e)
                : _faults.NotConnected(e);
            left = [.. _underWay.Values, .. _waiting];
            _underWay.Clear();
            _waiting.Clear();
        }

        // Ends the pending read, and thereby the client.
        _channel.Dispose();
        foreach (var pending in left)
        {
            pending.TrySetException(fault);
        }

        _channel.Inbound.Complete(fault == _faults.ClosedHere ? null : fault);
        return fault;
    }

    private MqttRefusedException? RefusalOf(MqttPublication publication)
    {
        if (
            publication.Topic.Length == 0
            || Encoding.UTF8.GetByteCount(publication.Topic) > ushort.MaxValue
            || publication.Topic.AsSpan().ContainsAny('\0', '+', '#')
        )
        {
            return Refusal(MqttReason.TopicInvalid, publication.Topic);
        }

        // A broker closes the connection if a packet exceeds its announced maximum.
        var bytes = MqttPacketSize.Of(publication, _request.Options.ProtocolVersion);
        return bytes > (MaximumPacketBytes ?? MqttPacketSize.Largest)
            ? new MqttRefusedException(
                MqttReason.PacketTooLarge,
                $"{publication.Topic}: {bytes} bytes are {MqttReason.Describe(MqttReason.PacketTooLarge)} "
                    + $"({MaximumPacketBytes ?? MqttPacketSize.Largest})"
            )
            : null;
    }

    private static MqttRefusedException Refusal(int reason, string topic, string? reasonString = null) =>
        new(reason, $"{topic}: {MqttReason.Describe(reason, reasonString)}");
}
