using System.Collections.Concurrent;
using System.Net.Sockets;
using Renci.SshNet;
using Renci.SshNet.Messages;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// Sends the messages of one session, in order, without blocking whoever wants to: SSH.NET's own way waits for room in the socket and for the end of a key exchange, holding a thread.
/// Thread-safe.
/// </summary>
internal sealed class SessionLink : IDisposable
{
    /// <summary>How long a thread of the pool waits for room, before a timer does: a server that reads on makes room sooner.</summary>
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan LongWait = TimeSpan.FromMilliseconds(10);

    private readonly Session _session;
    private readonly ConcurrentQueue<Outgoing> _queue = new();
    private readonly Lock _sendLock = new();
    private readonly ITimer _retry;
    private int _isDraining;
    private int _isPumping;
    private volatile bool _isExchangingKeys;
    private volatile Exception? _broken;
    private volatile Thread? _sender;

    /// <param name="info">Of the session: its key exchanges are watched from here on.</param>
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

    /// <summary>Sends it soon. What cannot be sent any more is dropped: the session learns of the loss by itself.</summary>
    public void Post(Message message) => Enqueue(new Outgoing(message, Sent: null));

    /// <summary>Sends what was posted.</summary>
    public void Send()
    {
        if (!TryDrain(TimeSpan.Zero))
        {
            StartPump();
        }
    }

    /// <summary>Likewise, when the next one is posted, or with <see cref="Send"/>.</summary>
    public void PostLater(Message message) => _queue.Enqueue(new Outgoing(message, Sent: null));

    /// <summary>Completes when the socket has taken it, and faults when it never will.</summary>
    public Task PostAsync(Message message)
    {
        TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new Outgoing(message, sent));
        return sent.Task;
    }

    /// <summary>Sends it before all that waits; for a goodbye from within the key exchange.</summary>
    public void SendNow(Message message)
    {
        try
        {
            SessionInternals.Send(_session, message);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            // Nobody is there to be told.
        }
    }

    /// <summary>Closes the socket, whoever is in the middle of sending or connecting. Returns whether there was one.</summary>
    public bool Abort()
    {
        _broken ??= new ObjectDisposedException(nameof(SessionLink));
        var socket = SessionInternals.Socket(_session);
        socket?.Dispose();
        TryDrain(TimeSpan.Zero);
        return socket is not null;
    }

    public void Dispose() => _retry.Dispose();

    /// <summary>Called on the thread that listens to the server, before anything of the exchange is sent. Returns when nothing else is being sent, nor will be.</summary>
    public void BeginKeyExchange()
    {
        _isExchangingKeys = true;

        // SSH.NET looks whether keys are being exchanged before it takes its lock to send. Who had looked before has to be done; who looks now waits for the end of the exchange, asleep.
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

        // What came between the two may have found the pump still running.
        if (!_queue.IsEmpty && !_isExchangingKeys && Volatile.Read(ref _isDraining) == 0)
        {
            StartPump();
        }
    }

    /// <summary>Sends what waits, unless somebody else does, or keys are being exchanged.</summary>
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
                // With a full fence: the queue must not be looked at before this can be seen, or a message that comes just now is left to nobody.
                Interlocked.Exchange(ref _isDraining, 0);
            }

            if (!hasRoom)
            {
                return false;
            }
        }

        return true;
    }

    // The kernel says so only while a third of its buffer is free, which is more than a packet: sending then does not block.
    private bool HasRoom(TimeSpan patience)
    {
        try
        {
            return SessionInternals.Socket(_session)?.Poll(patience, SelectMode.SelectWrite) != false;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            // Sending says what is wrong.
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

    private readonly record struct Outgoing(Message Message, TaskCompletionSource? Sent);
}
