using Microsoft.Extensions.Logging;
using Polly;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// The one SSH connection of a server: opens it when asked or, where it is persistent, by itself; keeps it alive; reconnects with growing waits. Thread-safe.
/// </summary>
internal sealed partial class ServerConnection : IAsyncDisposable
{
    /// <summary>A connection that is lost sooner than this after it was opened counts as a failed attempt: the next one waits.</summary>
    private static readonly TimeSpan MinimumStableTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongDelay = TimeSpan.FromSeconds(3);

    private readonly ServerOptions _options;
    private readonly SessionOpener _opener;
    private readonly ConnectThrottle _turns;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<ConnectionState> _changed;
    private readonly ReconnectBackoff _backoff = new(new Random());
    private readonly ResiliencePipeline<ConnectAttempt> _reconnecting;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private SharedSession? _live;
    private Task _keepingAlive = Task.CompletedTask;
    private Task<ConnectAttempt>? _attempt;
    private CancellationTokenSource? _attemptStop;
    private CancellationTokenSource _stateChanged = new();
    private AuthenticationBlock? _block;
    private long? _notBefore;
    private ConnectionState _state = ConnectionState.Offline;
    private Overrides _overrides = new(null, null);
    private volatile ConnectThrottle.Turn? _turn;
    private bool _isWanted;
    private bool _isActive;

    /// <param name="options">The server.</param>
    /// <param name="opener">Opens its sessions.</param>
    /// <param name="turns">Shared by all servers.</param>
    /// <param name="changed">Told of each new state, in order; must be quick and not call back.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where what happens is logged.</param>
    public ServerConnection(
        ServerOptions options,
        SessionOpener opener,
        ConnectThrottle turns,
        Action<ConnectionState> changed,
        TimeProvider time,
        ILogger<ServerConnection> logger
    )
    {
        _options = options;
        _opener = opener;
        _turns = turns;
        _changed = changed;
        _time = time;
        _logger = logger;
        _isWanted = options.PersistentConnection;
        _isActive = !options.ShutdownWhenInactive;
        _reconnecting = ReconnectPipeline.Create(DelayAfter, time);
    }

    public ConnectionState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _live is { IsOpen: true };
            }
        }
    }

    /// <summary>Who is logged in, or would be.</summary>
    public SessionIdentity Identity
    {
        get
        {
            lock (_gate)
            {
                return _live is { IsOpen: true } live
                    ? live.Identity
                    : new SessionIdentity(_overrides.User ?? _options.User, null);
            }
        }
    }

    /// <summary>Whether the bridge is active, that is, connected to its broker; the connection may have to follow (<see cref="ServerOptions.ShutdownWhenInactive"/>).</summary>
    public bool ShouldDisconnect
    {
        get
        {
            lock (_gate)
            {
                return !_isActive;
            }
        }
    }

    /// <summary>
    /// The open session, or a new one. A call made while an attempt is under way waits for that one. After a failed authentication it fails at once
    /// until the wait is over or the credentials change, so that no account gets locked.
    /// </summary>
    /// <exception cref="SshConnectionException">There is none to be had.</exception>
    public async Task<SharedSession> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _isWanted |= _options.PersistentConnection;
        }

        return (await JoinAsync(cancellationToken)).Live;
    }

    /// <summary>Opens a channel of the connection, if it stands, for the command that may come next.</summary>
    public void OpenAhead()
    {
        SharedSession? live;
        lock (_gate)
        {
            live = _live;
        }

        if (live is { IsOpen: true })
        {
            live.OpenAhead();
        }
    }

    /// <summary>As <see cref="GetAsync"/>, for the one who only keeps up what others want: it must not undo a <see cref="CloseAsync"/>.</summary>
    private async ValueTask<ConnectAttempt> JoinAsync(CancellationToken cancellationToken)
    {
        Task<ConnectAttempt> attempt;
        lock (_gate)
        {
            if (_live is { IsOpen: true })
            {
                return new ConnectAttempt(_live);
            }

            if (_block is { } block && block.Left(_time) > TimeSpan.Zero)
            {
                return new ConnectAttempt(block.ToException(_time));
            }

            attempt = _attempt ??= Task.Run(AttemptAsync, CancellationToken.None);
        }

        return await attempt.WaitAsync(cancellationToken);
    }

    /// <summary>Closes the connection; a persistent one stays closed until it is asked for again.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _isWanted = false;
        }

        return DropAsync();
    }

    /// <summary>Closes the connection, also one that is just being opened, without changing whether it is wanted.</summary>
    public async Task DropAsync()
    {
        SharedSession? live;
        Task keepingAlive;
        Task? attempt;
        lock (_gate)
        {
            attempt = _attempt;
            _ = _attemptStop?.CancelAsync();
        }

        if (attempt is not null)
        {
            await Quietly(attempt);
        }

        lock (_gate)
        {
            live = _live;
            keepingAlive = _keepingAlive;
            _live = null;
            Change(ConnectionState.Offline);
            Tell();
        }

        if (live is not null)
        {
            await live.DisposeAsync();
        }

        await keepingAlive;
    }

    /// <summary>Uses another user or password from the next connection on; null restores the configured one.</summary>
    public void Override(Func<Overrides, Overrides> change)
    {
        lock (_gate)
        {
            var overrides = change(_overrides);
            if (overrides != _overrides)
            {
                _overrides = overrides;
                _block = null;
                _backoff.Reset();
            }
        }
    }

    /// <summary>Tells whether the bridge is active. Nothing is closed here: the worker does it between two commands.</summary>
    public void SetActive(bool isActive)
    {
        lock (_gate)
        {
            _isActive = isActive || !_options.ShutdownWhenInactive;
            Tell();
        }
    }

    /// <summary>Keeps a persistent connection open until it is cancelled.</summary>
    public async Task MaintainAsync(CancellationToken stop)
    {
        while (_options.PersistentConnection && !stop.IsCancellationRequested)
        {
            CancellationToken news;
            TimeSpan wait;
            lock (_gate)
            {
                news = _stateChanged.Token;
                wait = TakeWaitBeforeConnecting();
            }

            using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(news, stop);
            try
            {
                if (wait != TimeSpan.Zero)
                {
                    await Task.Delay(wait, _time, interrupted.Token);
                    continue;
                }

                await _reconnecting.ExecuteAsync(
                    async token =>
                    {
                        using var turn = await _turns.TakeAsync(token);
                        _turn = turn;
                        // The linked token may be told a moment later, and a wait that ends in that moment must not undo a CloseAsync.
                        news.ThrowIfCancellationRequested();
                        return await JoinAsync(token);
                    },
                    interrupted.Token
                );
            }
            catch (OperationCanceledException) when (news.IsCancellationRequested || stop.IsCancellationRequested)
            {
                // Something has changed: look again.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        Task? attempt;
        lock (_gate)
        {
            attempt = _attempt;
        }

        if (attempt is not null)
        {
            await Quietly(attempt);
        }

        await CloseAsync();
        _stateChanged.Dispose();
        _disposed.Dispose();
    }

    /// <summary>How long to leave the connection alone: infinitely while nothing is to be done. A wait after a short connection is taken once. Called under the lock.</summary>
    private TimeSpan TakeWaitBeforeConnecting()
    {
        // One that has just been lost is still here: how long to wait after it is known when that is told.
        if (!_isWanted || !_isActive || _live is not null)
        {
            return Timeout.InfiniteTimeSpan;
        }

        if (_notBefore is not { } notBefore)
        {
            return TimeSpan.Zero;
        }

        _notBefore = null;
        var left = _time.GetElapsedTime(_time.GetTimestamp(), notBefore);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static Task Quietly(Task task) =>
        task.ContinueWith(
            static _ => { },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );

    private async Task<ConnectAttempt> AttemptAsync()
    {
        Overrides overrides;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token);
        lock (_gate)
        {
            overrides = _overrides;
            _attemptStop = stop;
        }

        try
        {
            var live = new SharedSession(await _opener.OpenAsync(overrides, () => _turn?.Keep(), stop.Token), _time)
            {
                User = overrides.User ?? _options.User,
            };
            lock (_gate)
            {
                _attempt = null;
                _attemptStop = null;
                _block = null;
                _live = live;
                Change(new ConnectionState(true, Algorithms: live.Session.Algorithms));
                LogOnline(_options.Id, _options.Host, _options.Port, live.Session.HostKey.Fingerprint);
                LogAlgorithms(live.Session.Algorithms);
                // The one before may still be closing its session; whoever waits for this waits for that too.
                _keepingAlive = Task.WhenAll(_keepingAlive, Task.Run(() => KeepAliveAsync(live)));
                Tell();
            }

            return new ConnectAttempt(live);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                _attempt = null;
                _attemptStop = null;
            }

            return new ConnectAttempt(
                new SshConnectionException(SshFault.Connect, "The connection was closed while it was being opened.")
            );
        }
        catch (SshConnectionException exception)
        {
            Failed(exception.Fault, exception.Message, overrides);
            return new ConnectAttempt(exception);
        }
        catch (Exception exception)
        {
            // A fault of ours must not end the keeping up of this connection.
            LogUnexpected(_options.Id, exception);
            var message = "The bridge failed: " + exception.Message;
            Failed(SshFault.Connect, message, overrides);
            return new ConnectAttempt(new SshConnectionException(SshFault.Connect, message, exception));
        }
    }

    private void Failed(SshFault fault, string message, Overrides overrides)
    {
        lock (_gate)
        {
            _attempt = null;
            _attemptStop = null;
            if (fault == SshFault.Authentication && overrides == _overrides)
            {
                _block = new AuthenticationBlock(_time.GetTimestamp(), _backoff.NextDelay(fault), message);
            }

            var state = new ConnectionState(false, fault, message);
            if (state != _state)
            {
                LogFailed(_options.Id, fault, message);
            }
            else
            {
                LogFailedAgain(_options.Id, fault, message);
            }

            Change(state);
        }
    }

    /// <summary>Watches over a session until it is gone, and then says so.</summary>
    private async Task KeepAliveAsync(SharedSession live)
    {
        var opened = _time.GetTimestamp();
        var message = await KeepAlive.WatchAsync(live, _options.KeepAlive, _options.KeepAliveCount, _time);
        await live.DisposeAsync();
        Lost(live, message, _time.GetElapsedTime(opened));
    }

    private void Lost(SharedSession live, string message, TimeSpan lasted)
    {
        lock (_gate)
        {
            if (lasted >= MinimumStableTime)
            {
                _backoff.Reset();
            }

            if (_live != live)
            {
                return; // Closed on purpose.
            }

            _live = null;
            if (lasted < MinimumStableTime)
            {
                _notBefore = _time.GetTimestamp() + ToTicks(_backoff.NextDelay(SshFault.Lost));
            }

            LogLost(_options.Id, message);
            Change(new ConnectionState(false, SshFault.Lost, message));
            Tell();
        }
    }

    private TimeSpan DelayAfter(SshConnectionException exception)
    {
        lock (_gate)
        {
            return exception.Fault == SshFault.Authentication && _block is { } block
                ? block.Left(_time)
                : TimerCoalescing.Before(_backoff.NextDelay(exception.Fault), LongDelay, _time);
        }
    }

    private long ToTicks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    /// <summary>Called under the lock, so that states are told in order.</summary>
    private void Change(ConnectionState state)
    {
        if (state != _state)
        {
            _state = state;
            _changed(state);
        }
    }

    /// <summary>Makes <see cref="MaintainAsync"/> look again. Called under the lock.</summary>
    private void Tell()
    {
        if (_disposed.IsCancellationRequested)
        {
            return; // The broker's connection outlives this one, and says so to the last.
        }

        var old = _stateChanged;
        _stateChanged = new CancellationTokenSource();
        // What waits for it goes on elsewhere, not under this lock.
        _ = old.CancelAsync();
    }
}
