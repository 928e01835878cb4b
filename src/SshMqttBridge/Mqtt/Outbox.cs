using SshMqttBridge.Common;

namespace SshMqttBridge.Mqtt;

/// <summary>
/// The messages to publish, in order, also while the broker is unavailable. Keeps the last acknowledged payload of each retained
/// topic, to publish it again after a reconnect. Thread-safe; no caller's code runs under its lock.
/// </summary>
/// <param name="messageLimit">The number of waiting messages at which <see cref="TryPost"/> drops new ones. Default
/// 150,000.</param>
/// <param name="byteLimit">The size of the waiting messages at which <see cref="TryPost"/> drops new ones, and
/// <see cref="PostAsync"/> waits. Default 96 MiB.</param>
/// <param name="heldLimit">The number of waiting messages at which <see cref="PostAsync"/> waits. Default 20,000, or the first
/// limit if that is lower.</param>
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
    private bool _isSuspended;

    /// <summary>The number of messages that were posted and are not yet completed.</summary>
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

    /// <summary>How many messages <see cref="TryPost"/> has dropped since the start.</summary>
    public long RefusedCount => Interlocked.Read(ref _refused);

    /// <summary>Whether <see cref="TryPost"/> would drop a message now.</summary>
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
    /// Posts a message without waiting or dropping it: for results and states, whose number their callers limit.
    /// </summary>
    /// <param name="publication">Its memory must not change until the message is completed.</param>
    /// <param name="completed">Called once, when the broker has acknowledged or finally refused the message. Must not throw or
    /// wait.</param>
    /// <param name="shrink">Returns a payload of at most that many bytes, if the broker does not accept the whole. Must not
    /// throw.</param>
    public void Post(MqttPublication publication, Action? completed = null, Func<int, ReadOnlyMemory<byte>>? shrink = null)
    {
        TaskCompletionSource? work;
        lock (_lock)
        {
            if (_isSuspended)
            {
                return;
            }

            work = Add(new OutboxMessage(publication, completed, shrink));
        }

        // On the pool: the caller may hold locks.
        work?.CompleteOnPool();
    }

    /// <summary>
    /// Delays sending until the batch is disposed of, so that related messages leave in one network packet. Hold it for a few
    /// posts only. The thread that disposes of it sends the messages, so it must not hold a lock.
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
    /// Posts a message without waiting, or drops and counts it if the limit is reached: for messages that clients can cause in
    /// any number. Returns false if the message was dropped.
    /// </summary>
    /// <param name="publication">See <see cref="Post"/>.</param>
    /// <param name="shrink">See <see cref="Post"/>.</param>
    public bool TryPost(MqttPublication publication, Func<int, ReadOnlyMemory<byte>>? shrink = null)
    {
        TaskCompletionSource? work;
        lock (_lock)
        {
            if (_isSuspended)
            {
                return true;
            }

            if (HasReachedLimit)
            {
                Interlocked.Increment(ref _refused);
                return false;
            }

            work = Add(new OutboxMessage(publication, shrink: shrink));
        }

        work?.CompleteOnPool();
        return true;
    }

    /// <summary>
    /// Like <see cref="Post"/>, for a state of which only the latest value matters: replaces a waiting message of the same topic
    /// that was posted in the same way, so that many changes need no more memory than one.
    /// </summary>
    public void PostCoalesced(MqttPublication publication)
    {
        TaskCompletionSource? work = null;
        lock (_lock)
        {
            if (_isSuspended)
            {
                return;
            }

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

    /// <summary>Posts a message, and waits while the limit is reached: for output that can be delayed at its source.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the message was not posted.</exception>
    public async ValueTask PostAsync(MqttPublication publication, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task room;
            TaskCompletionSource? work = null;
            lock (_lock)
            {
                if (_isSuspended)
                {
                    return;
                }

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

    /// <summary>
    /// Until <see cref="Resume"/>, messages that are posted are dropped without being completed: another instance of the group
    /// publishes. Waiting messages stay; see <see cref="Clear"/>.
    /// </summary>
    public void Suspend()
    {
        TaskCompletionSource? room;
        lock (_lock)
        {
            _isSuspended = true;
            room = Take(ref _room);
        }

        room?.TrySetResult();
    }

    /// <summary>Accepts messages again.</summary>
    public void Resume()
    {
        lock (_lock)
        {
            _isSuspended = false;
        }
    }

    /// <summary>
    /// Drops all messages, and forgets the retained ones, without completing them: another instance of the group publishes.
    /// </summary>
    /// <param name="isKept">The topics whose messages stay.</param>
    public void Clear(Func<string, bool> isKept)
    {
        TaskCompletionSource? idle;
        lock (_lock)
        {
            Drop(_waiting, isKept);
            Drop(_sent, isKept);
            OutboxMessage[] repeated = [.. _repeated.Where(message => isKept(message.Publication.Topic))];
            _repeated.Clear();
            foreach (var message in repeated)
            {
                _repeated.Enqueue(message);
            }

            foreach (var topic in _retained.Keys.Where(topic => !isKept(topic)).ToList())
            {
                _retained.Remove(topic);
            }

            idle = IsIdle ? Take(ref _idle) : null;
        }

        idle?.TrySetResult();
    }

    private void Drop(LinkedList<OutboxMessage> messages, Func<string, bool> isKept)
    {
        for (var node = messages.First; node is not null; )
        {
            var (message, next) = (node.Value, node.Next);
            if (!isKept(message.Publication.Topic))
            {
                messages.Remove(node);
                _replaceable.Remove(message.Publication.Topic);
                if (!message.IsRepeated)
                {
                    _messages--;
                    _bytes -= message.Bytes;
                }
            }

            node = next;
        }
    }

    /// <summary>
    /// Removes the retained messages of some topics that have not been sent: another bridge publishes on them. They are neither
    /// published nor repeated, and count as completed.
    /// </summary>
    public void Withdraw(Func<string, bool> isMeant)
    {
        List<OutboxMessage> withdrawn = [];
        lock (_lock)
        {
            for (var node = _waiting.First; node is not null; )
            {
                var (message, next) = (node.Value, node.Next);
                if (message.Publication.Retain && isMeant(message.Publication.Topic))
                {
                    _waiting.Remove(node);
                    _replaceable.Remove(message.Publication.Topic);
                    _messages--;
                    _bytes -= message.Bytes;
                    withdrawn.Add(message);
                }

                node = next;
            }

            foreach (var topic in _retained.Keys.Where(isMeant).ToList())
            {
                _retained.Remove(topic);
            }
        }

        withdrawn.ForEach(message => message.Completed?.Invoke());
    }

    private bool HasReachedLimit => _messages >= messageLimit || _bytes >= byteLimit;

    // Waiting callers resume at three quarters of the limit, not one by one with each acknowledgement.
    private bool HasRoom => _messages <= _heldLimit - _heldLimit / 4 && _bytes <= byteLimit - byteLimit / 4;

    private TaskCompletionSource? Add(OutboxMessage message)
    {
        // A replacement must not overtake messages that were posted after the replaced one.
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
