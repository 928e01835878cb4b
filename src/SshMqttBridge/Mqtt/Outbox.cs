using SshMqttBridge.Common;

namespace SshMqttBridge.Mqtt;

/// <summary>
/// What the program wants published, in order, also while the broker is away. Remembers what the broker was last given for each
/// retained topic, to give it again after a reconnect. Thread-safe; no caller's code runs under its lock.
/// </summary>
/// <param name="messageLimit">How many messages may wait before <see cref="TryPost"/> takes no more. Default 150,000.</param>
/// <param name="byteLimit">How many bytes may wait before <see cref="TryPost"/> and <see cref="PostAsync"/> take no more.
/// Default 96 MiB.</param>
/// <param name="heldLimit">How many messages may wait before <see cref="PostAsync"/> holds back its caller. Default 20,000, or
/// the first limit if that is less.</param>
internal sealed partial class Outbox(int messageLimit = 150_000, long byteLimit = 96 << 20, int heldLimit = 20_000)
{
    private readonly int _heldLimit = Math.Min(heldLimit, messageLimit);
    private readonly Dictionary<string, OutboxMessage> _replaceable = new(StringComparer.Ordinal);

    private readonly Lock _lock = new();
    private readonly LinkedList<OutboxMessage> _sent = new();
    private readonly LinkedList<OutboxMessage> _waiting = new();
    private readonly Queue<OutboxMessage> _repeated = new();
    private int _messages;
    private long _bytes;
    private long _refused;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _work;
    private TaskCompletionSource? _idle;
    private int _openBatches;

    /// <summary>Messages that were posted and are not completed yet.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _messages;
            }
        }
    }

    /// <summary>How many messages <see cref="TryPost"/> did not take since the start.</summary>
    public long RefusedCount => Interlocked.Read(ref _refused);

    /// <summary>Whether <see cref="TryPost"/> would take no more now.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                return HasReachedLimit;
            }
        }
    }

    /// <summary>
    /// Never waits and always takes the message: for what its callers bound in number, as results and states are.
    /// </summary>
    /// <param name="publication">Its memory must not change until the message is completed.</param>
    /// <param name="completed">Called once, when the broker has acknowledged the message or refused it for good. Must not throw
    /// or wait.</param>
    /// <param name="shrink">Gives a smaller payload, at most so many bytes long, when the broker does not take the whole. Must
    /// not throw.</param>
    public void Post(MqttPublication publication, Action? completed = null, Func<int, ReadOnlyMemory<byte>>? shrink = null)
    {
        TaskCompletionSource? work;
        lock (_lock)
        {
            work = Add(new OutboxMessage(publication, completed, shrink));
        }

        // Not here: who posts may hold locks.
        work?.CompleteOnPool();
    }

    /// <summary>
    /// Until it is disposed of, nothing is sent of what is posted: messages that belong together then leave together, as one
    /// packet of the network rather than one each. To be held for a few posts only. The thread that disposes of it sends them,
    /// so it must hold no lock.
    /// </summary>
    public OutboxBatch Batch()
    {
        lock (_lock)
        {
            _openBatches++;
        }

        return new OutboxBatch(this);
    }

    /// <summary>
    /// Never waits; returns false, and counts it, when the limit is reached: for what somebody else causes in any number.
    /// </summary>
    public bool TryPost(MqttPublication publication)
    {
        TaskCompletionSource? work;
        lock (_lock)
        {
            if (HasReachedLimit)
            {
                Interlocked.Increment(ref _refused);
                return false;
            }

            work = Add(new OutboxMessage(publication));
        }

        work?.CompleteOnPool();
        return true;
    }

    /// <summary>
    /// As <see cref="Post"/>, for a state of which only the latest matters: takes the place of an earlier one of the same
    /// topic, posted likewise, that still waits. So a flood of changes takes no more memory than one.
    /// </summary>
    public void PostCoalesced(MqttPublication publication)
    {
        TaskCompletionSource? work = null;
        lock (_lock)
        {
            if (_replaceable.TryGetValue(publication.Topic, out var waiting))
            {
                _bytes += waiting.Replace(publication);
            }
            else
            {
                var message = new OutboxMessage(publication);
                work = Add(message);
                _replaceable.Add(publication.Topic, message);
            }
        }

        work?.CompleteOnPool();
    }

    /// <summary>Waits while the limit is reached: for output that can be held back at its source.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the message was not taken.</exception>
    public async ValueTask PostAsync(MqttPublication publication, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task room;
            TaskCompletionSource? work = null;
            lock (_lock)
            {
                if (_messages >= _heldLimit || _bytes >= byteLimit)
                {
                    _room ??= NewSignal();
                    room = _room.Task;
                }
                else
                {
                    work = Add(new OutboxMessage(publication));
                    room = Task.CompletedTask;
                }
            }

            if (room.IsCompleted)
            {
                work?.CompleteOnPool();
                return;
            }

            await room.WaitAsync(cancellationToken);
        }
    }

    private bool HasReachedLimit => _messages >= messageLimit || _bytes >= byteLimit;

    // Those who wait are let in at three quarters, not one by one with each acknowledgement.
    private bool HasRoom => _messages <= _heldLimit - _heldLimit / 4 && _bytes <= byteLimit - byteLimit / 4;

    private TaskCompletionSource? Add(OutboxMessage message)
    {
        // What is posted after it must not be overtaken by what takes its place.
        _replaceable.Remove(message.Publication.Topic);
        _waiting.AddLast(message);
        _messages++;
        _bytes += message.Bytes;
        return _openBatches == 0 ? Take(ref _work) : null;
    }

    private void EndBatch()
    {
        TaskCompletionSource? work;
        lock (_lock)
        {
            work = --_openBatches == 0 && _waiting.Count > 0 ? Take(ref _work) : null;
        }

        work?.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource? Take(ref TaskCompletionSource? signal)
    {
        var taken = signal;
        signal = null;
        return taken;
    }

    /// <summary>See <see cref="Batch"/>.</summary>
    public readonly struct OutboxBatch(Outbox outbox) : IDisposable
    {
        public void Dispose() => outbox.EndBatch();
    }
}
