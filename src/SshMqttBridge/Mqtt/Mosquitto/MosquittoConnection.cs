using System.Collections.Concurrent;
using System.Threading.Channels;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>
/// One connection and its thread, which waits for what arrives: see <c>MosquittoConnection.Loop.cs</c>. Calls of libmosquitto are made under one gate, since OpenSSL
/// allows one thread at a time. The members here put work in a queue; who finds the gate free does it at once, else the thread is woken for it.
/// </summary>
internal sealed partial class MosquittoConnection : IMqttConnection
{
    private readonly MqttConnectRequest _request;
    private readonly WakeUp _wakeUp = new();
    private readonly InboundQueue _inbound;
    private readonly ConcurrentQueue<TaskCompletionSource> _work = new();
    private readonly Lock _gate = new();
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

        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        PendingSubscribe pending = new(filter);
        _work.Enqueue(pending);
        Work();
        FailIfEnded(pending);
        return pending.Task.WaitAsync(cancellationToken);
    }

    public IReadOnlyList<Task> Publish(IReadOnlyList<MqttPublication> together)
    {
        var pending = new PendingPublish[together.Count];
        for (var i = 0; i < pending.Length; i++)
        {
            pending[i] = new PendingPublish(together[i]);
            if (RefusalOf(together[i]) is { } refusal)
            {
                pending[i].SetException(refusal);
            }
            else
            {
                _work.Enqueue(pending[i]);
            }
        }

        Work();
        var acknowledged = new Task[pending.Length];
        for (var i = 0; i < pending.Length; i++)
        {
            FailIfEnded(pending[i]);
            acknowledged[i] = pending[i].Task;
        }

        return acknowledged;
    }

    public async ValueTask DisposeAsync()
    {
        Abandon();
        await _ended.Task;
    }

    private MqttRefusedException? RefusalOf(MqttPublication publication)
    {
        // C strings end at NUL: the library would publish to what stands before it.
        if (publication.Topic.Length == 0 || publication.Topic.AsSpan().ContainsAny('\0', '+', '#'))
        {
            return Refusal(MqttReason.TopicInvalid, publication.Topic);
        }

        // The library's own check is off by two bytes, and a broker closes the connection when it gets more than it said.
        var bytes = MqttPacketSize.Of(publication, Version);
        return bytes > (MaximumPacketBytes ?? long.MaxValue) || publication.Payload.Length > MaximumPayloadOfMqtt
            ? new MqttRefusedException(
                MqttReason.PacketTooLarge,
                $"{publication.Topic}: {bytes} bytes are {MqttReason.Describe(MqttReason.PacketTooLarge)} ({MaximumPacketBytes})"
            )
            : null;
    }

    /// <summary>Has what is in the queue done: here, if that needs no waiting, and by the thread if not.</summary>
    private void Work()
    {
        if (_work.Count > MostWorkOfOthers || !TryWork())
        {
            _wakeUp.Set();
        }
    }

    /// <summary>Looked at after adding: either the thread finds it when it ends, or we see here that it has ended.</summary>
    private void FailIfEnded(TaskCompletionSource pending)
    {
        if (_end is { } end)
        {
            pending.TrySetException(end);
        }
    }

    private static MqttRefusedException Refusal(int reason, string topic) =>
        new(reason, $"{topic}: {MqttReason.Describe(reason)}");
}
