using System.Diagnostics.CodeAnalysis;

namespace SshMqttBridge.Mqtt;

/// <summary>The side of the one who sends: the <see cref="MqttWorker"/>, one connection after another.</summary>
internal sealed partial class Outbox
{
    // What was last acknowledged for each retained topic. As many as the program has topics, each with one payload.
    private readonly Dictionary<string, OutboxMessage> _retained = new(StringComparer.Ordinal);

    /// <summary>
    /// A connection begins. What comes next is: <paramref name="first"/>, the retained topics that no waiting message will set
    /// anyway, what had been sent without an answer, and the rest.
    /// </summary>
    /// <param name="repeat">False: the retained topics are not published again. Without the flag, results would look like new
    /// ones.</param>
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

    /// <summary>Takes the next message, which stays here until <see cref="Complete"/> or <see cref="PutBack"/>.</summary>
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

    /// <summary>Completes when there may be something to take.</summary>
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

    /// <summary>Completes when nothing waits and nothing is on its way.</summary>
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

    /// <summary>The broker has the message, or will never take it.</summary>
    /// <param name="message">One that was taken.</param>
    /// <param name="acknowledged">False: refused for good.</param>
    public void Complete(OutboxMessage message, bool acknowledged)
    {
        TaskCompletionSource? room = null;
        TaskCompletionSource? idle = null;
        lock (_lock)
        {
            // Nearly always the first.
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

    /// <summary>The connection is gone: what was sent without an answer comes first on the next one, in its order.</summary>
    public void PutBack()
    {
        lock (_lock)
        {
            while (_sent.Last is { } node)
            {
                _sent.RemoveLast();
                // What is repeated is repeated anew at the next connection.
                if (!node.Value.IsRepeated)
                {
                    _waiting.AddFirst(node);
                }
            }
        }
    }

    /// <summary>
    /// The first of the messages that were posted, taken, and have no answer yet. What is only repeated has been taken by the
    /// broker before.
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
