using System.Collections.Concurrent;
using System.Threading.Channels;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>
/// One connection and its thread. The thread makes every call of libmosquitto (OpenSSL allows no other way), so the members here only
/// put work in a queue and wake it: see <c>MosquittoConnection.Loop.cs</c>.
/// </summary>
internal sealed partial class MosquittoConnection : IMqttConnection
{
    private readonly MqttConnectRequest _request;
    private readonly WakeUp _wakeUp = new();
    private readonly InboundQueue _inbound;
    private readonly ConcurrentQueue<TaskCompletionSource> _work = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;
    private volatile MqttConnectionException? _end;

    public MosquittoConnection(MqttConnectRequest request)
    {
        _request = request;
        _inbound = new InboundQueue(_wakeUp.Set);
    }

    public long? MaximumPacketBytes { get; private set; }

    public ChannelReader<MqttDelivery> Deliveries => _inbound;

    private MqttProtocolVersion Version => _request.Options.ProtocolVersion;

    /// <summary>Starts the thread; call once. Completes with the broker's CONNACK.</summary>
    public Task OpenAsync()
    {
        new Thread(Run) { IsBackground = true, Name = "MQTT" }.Start();
        return _opened.Task;
    }

    /// <summary>Makes the thread end and free everything, in its own time.</summary>
    public void Abandon()
    {
        _stopping = true;
        _wakeUp.Set();
    }

    public Task SubscribeAsync(string filter, CancellationToken cancellationToken)
    {
        if (filter.Length == 0 || filter.Contains('\0'))
        {
            return Task.FromException(Refusal(MqttReason.FilterInvalid, filter));
        }

        return Enqueue(new PendingSubscribe(filter), cancellationToken);
    }

    public Task PublishAsync(MqttPublication publication, CancellationToken cancellationToken)
    {
        // C strings end at NUL: the library would publish to what stands before it.
        if (publication.Topic.Length == 0 || publication.Topic.AsSpan().ContainsAny('\0', '+', '#'))
        {
            return Task.FromException(Refusal(MqttReason.TopicInvalid, publication.Topic));
        }

        // The library's own check is off by two bytes, and a broker closes the connection when it gets more than it said.
        var bytes = MqttPacketSize.Of(publication, Version);
        if (bytes > (MaximumPacketBytes ?? long.MaxValue) || publication.Payload.Length > MaximumPayloadOfMqtt)
        {
            return Task.FromException(
                new MqttRefusedException(
                    MqttReason.PacketTooLarge,
                    $"{publication.Topic}: {bytes} bytes are {MqttReason.Describe(MqttReason.PacketTooLarge)} ({MaximumPacketBytes})"
                )
            );
        }

        return Enqueue(new PendingPublish(publication), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Abandon();
        await _ended.Task;
    }

    private Task Enqueue(TaskCompletionSource pending, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        _work.Enqueue(pending);
        // Looked at after adding: either the thread finds it when it ends, or we see here that it has ended.
        if (_end is { } end)
        {
            pending.TrySetException(end);
        }
        else
        {
            _wakeUp.Set();
        }

        return cancellationToken.CanBeCanceled ? pending.Task.WaitAsync(cancellationToken) : pending.Task;
    }

    private static MqttRefusedException Refusal(int reason, string topic) =>
        new(reason, $"{topic}: {MqttReason.Describe(reason)}");
}
