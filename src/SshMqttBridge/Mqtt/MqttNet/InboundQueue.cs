using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>
/// Messages between the <see cref="BrokerChannel"/>, which adds them without waiting, and the reader of <see cref="IMqttConnection.Deliveries"/>.
/// Bounded by not reading the socket while it is full.
/// </summary>
internal sealed class InboundQueue(Action roomAgain) : ChannelReader<MqttDelivery>
{
    /// <summary>From here on the socket is not read.</summary>
    public const int MessageLimit = 1_024;

    /// <summary>From here on the socket is not read.</summary>
    public const long ByteLimit = 16 << 20;

    // What a message costs beside its payload, roughly: the object, its topic, its place in the queue.
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

    /// <summary>Whether nothing more should be added now.</summary>
    public bool IsFull => IsAt(1);

    /// <summary>Adds one, which the reader does not see before <see cref="Release"/>.</summary>
    public void Add(MqttDelivery delivery)
    {
        Interlocked.Increment(ref _messages);
        Interlocked.Add(ref _bytes, Cost(delivery));
        _held.Enqueue(delivery);
    }

    /// <summary>Shows the reader what was added.</summary>
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

        // Looked at twice: the reader may have emptied the queue before it could see that we pause.
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
    /// Whether it is filled to one part in <paramref name="part"/>. It pauses when full and resumes when half empty.
    /// </summary>
    private bool IsAt(int part) =>
        Volatile.Read(ref _messages) >= MessageLimit / part || Interlocked.Read(ref _bytes) >= ByteLimit / part;

    private static long Cost(MqttDelivery delivery) => MessageBytes + delivery.Payload.Length;
}
