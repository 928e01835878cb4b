using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>
/// The received messages: the <see cref="BrokerChannel"/> adds them without waiting, and <see cref="IMqttConnection.Deliveries"/>
/// is their reader. Bounded, because the socket is not read while the queue is full.
/// </summary>
internal sealed class InboundQueue(Action roomAgain) : ChannelReader<MqttDelivery>
{
    /// <summary>The number of messages at which the socket is no longer read.</summary>
    public const int MessageLimit = 1_024;

    /// <summary>The size of the messages at which the socket is no longer read.</summary>
    public const long ByteLimit = 16 << 20;

    // Approximately what a message needs besides its content: the objects and the queue entry.
    private const int MessageBytes = 200;

    // The reader of a message resumes on the thread that has received it.
    private readonly Channel<MqttDelivery> _channel = Channel.CreateUnbounded<MqttDelivery>(
        new()
        {
            SingleWriter = true,
            SingleReader = true,
            AllowSynchronousContinuations = true,
        }
    );
    private readonly Queue<MqttDelivery> _held = new();
    private int _messages;
    private long _bytes;
    private int _paused;

    public override Task Completion => _channel.Reader.Completion;
    public override bool CanCount => true;
    public override int Count => Volatile.Read(ref _messages);

    /// <summary>Whether the queue has reached a limit.</summary>
    public bool IsFull => IsAt(1);

    /// <summary>Adds a message, which the reader does not see before <see cref="Release"/>.</summary>
    public void Add(MqttDelivery delivery)
    {
        Interlocked.Increment(ref _messages);
        Interlocked.Add(ref _bytes, Cost(delivery));
        _held.Enqueue(delivery);
    }

    /// <summary>Passes the added messages to the reader.</summary>
    public void Release()
    {
        while (_held.TryDequeue(out var delivery))
        {
            _channel.Writer.TryWrite(delivery);
        }
    }

    public void Complete(Exception? fault) => _channel.Writer.TryComplete(fault);

    /// <summary>True while the socket should not be read; then <c>roomAgain</c> is called once, when there is room.</summary>
    public bool Pause()
    {
        if (!IsAt(1))
        {
            Volatile.Write(ref _paused, 0);
            return false;
        }

        // Checked again: the reader may have emptied the queue before the pause was visible to it.
        Interlocked.Exchange(ref _paused, 1);
        return IsAt(2) || Interlocked.Exchange(ref _paused, 0) == 0;
    }

    public override bool TryRead([MaybeNullWhen(false)] out MqttDelivery item)
    {
        if (!_channel.Reader.TryRead(out item))
        {
            return false;
        }

        Interlocked.Decrement(ref _messages);
        Interlocked.Add(ref _bytes, -Cost(item));
        if (Volatile.Read(ref _paused) != 0 && !IsAt(2) && Interlocked.Exchange(ref _paused, 0) != 0)
        {
            roomAgain();
        }

        return true;
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>
    /// Whether the queue is filled to a fraction of its limits: 1 for full, at which it pauses; 2 for half, at which it resumes.
    /// </summary>
    private bool IsAt(int part) =>
        Volatile.Read(ref _messages) >= MessageLimit / part || Interlocked.Read(ref _bytes) >= ByteLimit / part;

    private static long Cost(MqttDelivery delivery) =>
        MessageBytes
        + delivery.Payload.Length
        + (sizeof(char) * (delivery.Topic.Length + (delivery.ResponseTopic?.Length ?? 0)))
        + (delivery.CorrelationData?.Length ?? 0);
}
