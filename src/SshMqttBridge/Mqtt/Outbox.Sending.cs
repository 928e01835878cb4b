using System.Diagnostics.CodeAnalysis;

namespace SshMqttBridge.Mqtt;

/// <summary>The sender's side, used by the <see cref="MqttWorker"/>, one connection after another.</summary>
internal sealed partial class Outbox
{
    // The last acknowledged message of each retained topic. The number of topics is bounded.
    private readonly Dictionary<string, OutboxMessage> _retained = new(StringComparer.Ordinal);

    /// <summary>
    /// Starts a connection. The order is: <paramref name="first"/>, the retained topics that no waiting message updates, the
    /// messages that were sent but not acknowledged, and the rest.
    /// </summary>
    /// <param name="repeat">False: the retained topics are not published again. Without the retain flag, subscribers would take
    /// results for new ones.</param>
    public void Begin(MqttPublication first, bool repeat = true)
    {
        lock (_lock)
        {
            PutBack();
            _repeated.Clear();
            _repeated.Enqueue(new OutboxMessage(first, isRepeated: true));
            if (!repeat)
            {
                return;
            }

            var coming = new HashSet<string>(StringComparer.Ordinal);
            foreach (var message in _waiting)
            {
                if (message.Publication.Retain)
                {
                    coming.Add(message.Publication.Topic);
                }
            }

            foreach (var (topic, message) in _retained)
            {
                if (!coming.Contains(topic))
                {
                    _repeated.Enqueue(message);
                }
            }
        }
    }

    /// <summary>
    /// Takes the next message, which stays in the outbox until <see cref="Complete"/> or <see cref="PutBack"/>.
    /// </summary>
    public bool TryTake([NotNullWhen(true)] out OutboxMessage? message)
    {
        lock (_lock)
        {
            if (_repeated.TryDequeue(out message))
            {
                _sent.AddLast(message);
                return true;
            }

            if (_waiting.First is not { } node)
            {
                return false;
            }

            message = node.Value;
            if (_replaceable.TryGetValue(message.Publication.Topic, out var replaceable) && replaceable == message)
            {
                _replaceable.Remove(message.Publication.Topic);
            }

            _waiting.RemoveFirst();
            _sent.AddLast(node);
            return true;
        }
    }

    /// <summary>Completes when there may be a message to take.</summary>
    public Task WorkAsync()
    {
        lock (_lock)
        {
            if (_repeated.Count > 0 || _waiting.Count > 0)
            {
                return Task.CompletedTask;
            }

            // The code that awaits it resumes on the thread that completes it.
            _work ??= new TaskCompletionSource();
            return _work.Task;
        }
    }

    /// <summary>Completes when no message is waiting or in flight.</summary>
    public Task IdleAsync()
    {
        lock (_lock)
        {
            if (IsIdle)
            {
                return Task.CompletedTask;
            }

            _idle ??= NewSignal();
            return _idle.Task;
        }
    }

    /// <summary>Completes a message: the broker has acknowledged it, or finally refused it.</summary>
    /// <param name="message">A message from <see cref="TryTake"/>.</param>
    /// <param name="acknowledged">False: the broker refused it.</param>
    public void Complete(OutboxMessage message, bool acknowledged)
    {
        TaskCompletionSource? room = null;
        TaskCompletionSource? idle = null;
        lock (_lock)
        {
            // Nearly always the first of the list.
            if (!_sent.Remove(message))
            {
                return;
            }

            if (message.IsRepeated)
            {
                if (!acknowledged)
                {
                    _retained.Remove(message.Publication.Topic);
                }
            }
            else
            {
                _messages--;
                _bytes -= message.Bytes;
                if (acknowledged)
                {
                    Remember(message.Publication);
                }
            }

            room = HasRoom ? Take(ref _room) : null;
            idle = IsIdle ? Take(ref _idle) : null;
        }

        room?.TrySetResult();
        idle?.TrySetResult();
        message.Completed?.Invoke();
    }

    /// <summary>Ends a connection: unacknowledged messages are sent first on the next one, in their order.</summary>
    public void PutBack()
    {
        lock (_lock)
        {
            while (_sent.Last is { } node)
            {
                _sent.RemoveLast();
                // The next connection repeats the retained topics anyway.
                if (!node.Value.IsRepeated)
                {
                    _waiting.AddFirst(node);
                }
            }
        }
    }

    /// <summary>
    /// The first unacknowledged message. Repeated retained messages do not count: the broker has accepted them before.
    /// </summary>
    public OutboxMessage? FirstSent
    {
        get
        {
            lock (_lock)
            {
                return _sent.FirstOrDefault(message => !message.IsRepeated);
            }
        }
    }

    private bool IsIdle => _messages == 0 && _repeated.Count == 0 && _sent.Count == 0;

    private void Remember(MqttPublication publication)
    {
        if (!publication.Retain)
        {
            return;
        }

        if (publication.Payload.IsEmpty)
        {
            _retained.Remove(publication.Topic);
        }
        else
        {
            _retained[publication.Topic] = new OutboxMessage(publication, isRepeated: true);
        }
    }
}
