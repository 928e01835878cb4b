using System.Collections.Concurrent;
using System.Net.Sockets;
using Renci.SshNet;
using Renci.SshNet.Messages;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// Sends the messages of one session in order, without blocking the caller. SSH.NET's own methods block a thread until the socket
/// has room and a key exchange has ended. Thread-safe.
/// </summary>
internal sealed class SessionLink : IDisposable
{
    /// <summary>
    /// How long a thread of the pool waits for room before a timer takes over: a server that keeps reading makes room sooner.
    /// </summary>
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(2);

    /// <summary>A server that leaves more replies unread never reads any.</summary>
    private const int MaximumReplies = 1000;

    private static readonly TimeSpan LongWait = TimeSpan.FromMilliseconds(10);

    private readonly Session _session;
    private readonly KeyExchangeGuard _guard;
    private readonly ConcurrentQueue<Outgoing> _queue = new();
    private readonly Lock _sendLock = new();
    private readonly ITimer _retry;
    private int _replies;
    private int _isDraining;
    private int _isPumping;
    private volatile bool _isExchangingKeys;
    private volatile Exception? _broken;
    private volatile Thread? _sender;

    /// <param name="info">Of the session, whose key exchanges are watched from here on.</param>
    /// <param name="answered">Called when the server has identified itself.</param>
    /// <param name="time">The clock.</param>
    public SessionLink(ConnectionInfo info, Action? answered, TimeProvider time)
    {
        var exchanges = info.KeyExchangeAlgorithms;
        foreach (var (name, make) in exchanges.ToList())
        {
            exchanges[name] = () => new WatchedKeyExchange(make(), this);
        }

        _session = SessionInternals.Create(info);
        _guard = new KeyExchangeGuard(_session);
        SessionInternals.OnDebug(_session, (_, e) => HasForcedCommand |= KeyOptions.HasForcedCommand(e.Message.Message));
        _session.ServerIdentificationReceived += (_, _) =>
        {
            answered?.Invoke();
            if (SessionInternals.Socket(_session) is { } socket)
            {
                BlockingSocket.Make(socket);
            }
        };
        _retry = time.CreateTimer(
            static link => ((SessionLink)link!).Pump(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    public Session Session => _session;

    /// <inheritdoc cref="ISshSession.HasForcedCommand"/>
    public bool HasForcedCommand { get; private set; }

    /// <summary>
    /// Queues a message and sends it soon. Drops it when the connection is lost, which the session detects itself.
    /// </summary>
    public void Post(Message message) => Enqueue(new Outgoing(message, Sent: null));

    /// <summary>Queues a reply to a request of the server.</summary>
    /// <exception cref="InvalidDataException">The server does not read the replies.</exception>
    public void Reply(Message message)
    {
        if (Interlocked.Increment(ref _replies) > MaximumReplies)
        {
            throw new InvalidDataException("the server does not read the replies to its requests");
        }

        Enqueue(new Outgoing(message, Sent: null, IsReply: true));
    }

    /// <summary>Sends the queued messages.</summary>
    public void Send()
    {
        if (!TryDrain(TimeSpan.Zero))
        {
            StartPump();
        }
    }

    /// <summary>Queues a message, to be sent with the next one or by <see cref="Send"/>.</summary>
    public void PostLater(Message message) => _queue.Enqueue(new Outgoing(message, Sent: null));

    /// <summary>Queues a message. Completes when the socket has taken it, and faults when the connection is lost.</summary>
    public Task PostAsync(Message message)
    {
        TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new Outgoing(message, sent));
        return sent.Task;
    }

    /// <summary>Sends a message before all queued ones: for a disconnect message during the key exchange.</summary>
    public void SendNow(Message message)
    {
        try
        {
            SessionInternals.Send(_session, message);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            // The connection is lost already.
        }
    }

    /// <summary>Closes the socket, also during a send or a connection attempt. Returns whether there was one.</summary>
    public bool Abort()
    {
        _broken ??= new ObjectDisposedException(nameof(SessionLink));
        var socket = SessionInternals.Socket(_session);
        socket?.Dispose();
        TryDrain(TimeSpan.Zero);
        return socket is not null;
    }

    public void Dispose() => _retry.Dispose();

    /// <summary>
    /// Called on the thread that listens to the server, before the first message of the exchange is sent. Returns when no other
    /// message is being sent or will be.
    /// </summary>
    /// <exception cref="InvalidDataException">The server must not exchange keys now.</exception>
    public void BeginKeyExchange()
    {
        _guard.Begin();
        _isExchangingKeys = true;

        // SSH.NET checks for a key exchange before it takes its lock to send. A thread that checked before must finish first; one
        // that checks now sleeps until the exchange has ended.
        while (!_sendLock.TryEnter(TimeSpan.FromMilliseconds(1)))
        {
            if (_sender is { } sender && sender.ThreadState.HasFlag(ThreadState.WaitSleepJoin))
            {
                return;
            }
        }

        _sendLock.Exit();
    }

    /// <summary>The new keys are in use.</summary>
    public void EndKeyExchange()
    {
        _isExchangingKeys = false;
        StartPump();
    }

    private static bool IsLoss(Exception exception) =>
        exception is SocketException or ObjectDisposedException or NullReferenceException or Renci.SshNet.Common.SshException;

    private void Enqueue(Outgoing outgoing)
    {
        _queue.Enqueue(outgoing);
        Send();
    }

    private void StartPump()
    {
        if (Interlocked.Exchange(ref _isPumping, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static link => link.Pump(), this, preferLocal: false);
        }
    }

    // One at a time, as a work item or by the timer.
    private void Pump()
    {
        if (!TryDrain(ShortWait))
        {
            _retry.Change(LongWait, Timeout.InfiniteTimeSpan);
            return;
        }

        Interlocked.Exchange(ref _isPumping, 0);

        // A message queued in between may have found the pump still running.
        if (!_queue.IsEmpty && !_isExchangingKeys && Volatile.Read(ref _isDraining) == 0)
        {
            StartPump();
        }
    }

    /// <summary>Sends the queued messages, unless another thread does or keys are being exchanged.</summary>
    /// <param name="patience">How long to wait for room in the socket.</param>
    /// <returns>False when the socket is full.</returns>
    private bool TryDrain(TimeSpan patience)
    {
        while (!_queue.IsEmpty && (!_isExchangingKeys || _broken is not null))
        {
            if (Interlocked.Exchange(ref _isDraining, 1) != 0)
            {
                return true;
            }

            var hasRoom = true;
            try
            {
                while (
                    !_queue.IsEmpty
                    && (_broken is not null || (!_isExchangingKeys && (hasRoom = HasRoom(patience))))
                    && SendNext()
                ) { }
            }
            finally
            {
                // With a full fence: this write must be visible before the queue is read again, or no thread would send a message
                // queued just now.
                Interlocked.Exchange(ref _isDraining, 0);
            }

            if (!hasRoom)
            {
                return false;
            }
        }

        return true;
    }

    // The kernel reports room only while a third of its buffer is free, which is more than a packet: sending then does not block.
    private bool HasRoom(TimeSpan patience)
    {
        try
        {
            return SessionInternals.Socket(_session)?.Poll(patience, SelectMode.SelectWrite) != false;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            // Sending reports the error.
            return true;
        }
    }

    /// <returns>False when there was nothing to send, or keys are being exchanged now.</returns>
    private bool SendNext()
    {
        Outgoing outgoing;
        var failure = _broken;
        lock (_sendLock)
        {
            if ((_isExchangingKeys && failure is null) || !_queue.TryDequeue(out outgoing))
            {
                return false;
            }

            Interlocked.Add(ref _replies, outgoing.IsReply ? -1 : 0);
            try
            {
                if (failure is null)
                {
                    _sender = Thread.CurrentThread;
                    SessionInternals.Send(_session, outgoing.Message);
                }
            }
            catch (Exception exception)
            {
                failure = exception;
                _broken ??= exception;
            }
            finally
            {
                _sender = null;
            }
        }

        if (failure is null)
        {
            outgoing.Sent?.TrySetResult();
        }
        else
        {
            outgoing.Sent?.Fail(failure);
        }

        return true;
    }

    private readonly record struct Outgoing(Message Message, TaskCompletionSource? Sent, bool IsReply = false);
}
