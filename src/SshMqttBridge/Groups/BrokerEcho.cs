namespace SshMqttBridge.Groups;

/// <summary>
/// Whether the broker passes on messages to this instance, for a lease that does not come from the broker: an instance that cannot
/// reach the broker must not lead. It sends messages on the group's topic, and receives them as all instances do. Thread-safe.
/// </summary>
/// <param name="holder">This instance.</param>
/// <param name="send">Sends a message to all instances, itself included, if there is a connection. Does not wait.</param>
/// <param name="reset">Opens a new connection: this one does not pass on messages.</param>
/// <param name="leadership">The clock.</param>
/// <param name="time">Measures how long to wait.</param>
internal sealed class BrokerEcho(
    LeaseHolder holder,
    Action<LeaseMessage> send,
    Action reset,
    Leadership leadership,
    TimeProvider time
)
{
    private readonly Lock _gate = new();
    private readonly Queue<(long Number, TimeSpan SentAt)> _pending = new();
    private TaskCompletionSource? _arrival;
    private TimeSpan? _lastSentAt;
    private long _number;
    private bool _isConnected;

    /// <summary>When the last message that has come back was sent; see <see cref="Leadership.Now"/>. Null: none
    /// has.</summary>
    public TimeSpan? LastSentAt
    {
        get
        {
            lock (_gate)
            {
                return _lastSentAt;
            }
        }
    }

    public void Connected() => Reset(true);

    public void Disconnected() => Reset(false);

    /// <summary>Sends a message. Does not wait until it comes back.</summary>
    /// <param name="kind">What it says to the other instances.</param>
    /// <param name="epoch">Of this leader, or 0.</param>
    public void Send(LeaseMessageKind kind, long epoch)
    {
        LeaseMessage message;
        lock (_gate)
        {
            if (!_isConnected)
            {
                return;
            }

            message = new LeaseMessage(holder, kind, epoch, ++_number);
            _pending.Enqueue((message.Number, leadership.Now));
        }

        send(message);
    }

    /// <summary>Handles a message on the group's topic.</summary>
    public void Receive(LeaseMessage message)
    {
        if (message.Sender != holder)
        {
            return;
        }

        TaskCompletionSource? arrival = null;
        lock (_gate)
        {
            while (_pending.TryPeek(out var next) && next.Number <= message.Number)
            {
                _lastSentAt = _pending.Dequeue().SentAt;
                (arrival, _arrival) = (_arrival, null);
            }
        }

        arrival?.TrySetResult();
    }

    /// <summary>Sends a message, and waits until one comes back.</summary>
    /// <returns>False: there is no connection, or nothing has come back in this time.</returns>
    public async Task<bool> ConfirmAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        Task arrival;
        lock (_gate)
        {
            if (!_isConnected)
            {
                return false;
            }

            _pending.Clear();
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            arrival = _arrival.Task;
        }

        Send(LeaseMessageKind.Probe, 0);
        try
        {
            await arrival.WaitAsync(limit, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            reset();
            return false;
        }
    }

    private void Reset(bool isConnected)
    {
        lock (_gate)
        {
            _isConnected = isConnected;
            _pending.Clear();
        }
    }
}
