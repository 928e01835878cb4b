using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// The SSH connection of a server. Opens it on demand or, if it is persistent, whenever it is closed, and monitors it while it
/// is open. Thread-safe.
/// </summary>
internal sealed partial class ServerConnection : IAsyncDisposable
{
    private readonly ServerOptions _options;
    private readonly SessionOpener _opener;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConnectionMonitor _monitor;
    private readonly ReconnectPolicy _policy;
    private readonly ConnectionMaintainer _maintainer;
    private readonly StopScript _stopScript;
    private readonly Action<ConnectionStatus> _statusChanged;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private SharedSession? _session;
    private Task _keepingAlive = Task.CompletedTask;
    private Task<ConnectAttempt>? _attempt;
    private CancellationTokenSource? _attemptStop;
    private CancellationTokenSource _stateChanged = new();
    private Overrides _overrides = new(null, null);
    private ConnectionStatus _status;
    private bool _hasTried;
    private bool _isWanted;
    private bool _isActive;
    private bool _isServed = true;
    private bool _mustClose;

    /// <param name="options">The server.</param>
    /// <param name="opener">Opens sessions.</param>
    /// <param name="throttle">Shared by all servers.</param>
    /// <param name="changed">Called with each new state, in order; must be quick and not call back.</param>
    /// <param name="statusChanged">The same for each new status.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs the connection's state.</param>
    public ServerConnection(
        ServerOptions options,
        SessionOpener opener,
        ConnectThrottle throttle,
        Action<ConnectionState> changed,
        Action<ConnectionStatus> statusChanged,
        TimeProvider time,
        ILogger<ServerConnection> logger
    )
    {
        _options = options;
        _opener = opener;
        _time = time;
        _logger = logger;
        _statusChanged = statusChanged;
        _stopScript = new StopScript(options.Stop);
        _isWanted = options.PersistentConnection;
        _isActive = !options.ShutdownWhenInactive;
        _monitor = new ConnectionMonitor(options, changed, logger);
        _policy = new ReconnectPolicy(time);
        _maintainer = new ConnectionMaintainer(this, throttle, DelayAfter, time);
        _status = StatusNow();
    }

    public ConnectionState State
    {
        get
        {
            lock (_gate)
            {
                return _monitor.State;
            }
        }
    }

    /// <summary>The state, with the reason why the server is offline.</summary>
    public ConnectionStatus Status
    {
        get
        {
            lock (_gate)
            {
                return _status;
            }
        }
    }

    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _session is { IsOpen: true };
            }
        }
    }

    /// <summary>The identity of the open session, or of the next one.</summary>
    public SessionIdentity Identity
    {
        get
        {
            lock (_gate)
            {
                return _session is { IsOpen: true } session
                    ? session.Identity
                    : new SessionIdentity(_overrides.User ?? _options.User, null);
            }
        }
    }

    /// <summary>
    /// Whether to close the connection because the bridge is inactive (<see cref="ServerOptions.ShutdownWhenInactive"/>), does not
    /// serve the server, or was told to.
    /// </summary>
    public bool ShouldDisconnect
    {
        get
        {
            lock (_gate)
            {
                return !_isActive || !_isServed || _mustClose;
            }
        }
    }

    /// <summary>
    /// Returns the open session, or opens a new one. Concurrent calls share one attempt. After a failed authentication, calls
    /// fail at once until the delay is over or the credentials change, which prevents account lockout.
    /// </summary>
    /// <exception cref="SshConnectionException">No session could be opened.</exception>
    public async Task<SharedSession> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _isWanted |= _options.PersistentConnection;
            UpdateStatus();
        }

        return (await JoinAsync(cancellationToken)).Session;
    }

    /// <summary>Opens a channel ahead of the next command, if the connection is open.</summary>
    public void OpenAhead()
    {
        SharedSession? session;
        lock (_gate)
        {
            session = _session;
        }

        if (session is { IsOpen: true })
        {
            session.OpenAhead();
        }
    }

    /// <summary>
    /// Like <see cref="GetAsync"/>, but does not undo a <see cref="CloseAsync"/>. The <see cref="ConnectionMaintainer"/> calls
    /// it.
    /// </summary>
    public async ValueTask<ConnectAttempt> JoinAsync(CancellationToken cancellationToken)
    {
        Task<ConnectAttempt> attempt;
        lock (_gate)
        {
            if (_session is { IsOpen: true })
            {
                return new ConnectAttempt(_session);
            }

            if (_policy.Refusal is { } refusal)
            {
                return new ConnectAttempt(refusal);
            }

            attempt = _attempt ??= Task.Run(AttemptAsync, CancellationToken.None);
        }

        return await attempt.WaitAsync(cancellationToken);
    }

    /// <summary>Closes the connection; a persistent one stays closed until the next <see cref="GetAsync"/>.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _isWanted = false;
            UpdateStatus();
        }

        return DropAsync();
    }

    /// <summary>
    /// Closes the connection and cancels a current attempt, but does not change whether the connection is wanted.
    /// </summary>
    public async Task DropAsync()
    {
        SharedSession? session;
        Task keepingAlive;
        Task? attempt;
        lock (_gate)
        {
            attempt = _attempt;
            _ = _attemptStop?.CancelAsync();
        }

        if (attempt is not null)
        {
            await attempt.WhenEnded();
        }

        lock (_gate)
        {
            session = _session;
            keepingAlive = _keepingAlive;
            _session = null;
            _mustClose = false;
            _monitor.OnClosed();
            UpdateStatus();
            SignalStateChange();
        }

        if (session is not null)
        {
            await session.DisposeAsync();
        }

        await keepingAlive;
    }

    /// <summary>Closes a connection on which the server no longer responds: like a connection that was lost.</summary>
    public async Task GiveUpAsync(SharedSession session)
    {
        Task keepingAlive;
        lock (_gate)
        {
            keepingAlive = _keepingAlive;
        }

        session.MarkLost("The server did not respond when a command was to be stopped.");
        await session.DisposeAsync();
        await keepingAlive;
    }

    /// <summary>Closes a connection on which the server allows no further session.</summary>
    public Task ReplaceAsync()
    {
        lock (_gate)
        {
            _monitor.OnSessionsUsedUp();
        }

        return DropAsync();
    }

    /// <summary>Uses another user or password from the next connection on; null restores the configured one.</summary>
    public void SetOverrides(Func<Overrides, Overrides> change)
    {
        lock (_gate)
        {
            var overrides = change(_overrides);
            if (overrides != _overrides)
            {
                _overrides = overrides;
                _policy.OnCredentialsChanged();
            }
        }
    }

    /// <summary>
    /// Sets whether the bridge is active. If necessary, the worker closes the connection after the current command.
    /// </summary>
    public void SetActive(bool isActive)
    {
        lock (_gate)
        {
            _isActive = isActive || !_options.ShutdownWhenInactive;
            UpdateStatus();
            SignalStateChange();
        }
    }

    /// <summary>The worker closes the connection before its next command; a persistent one is then opened again.</summary>
    public void CloseBeforeNext()
    {
        lock (_gate)
        {
            _mustClose = true;
        }
    }

    /// <summary>
    /// Sets whether this bridge serves the server. If not, the worker closes the connection after the current command.
    /// </summary>
    public void SetServed(bool isServed)
    {
        lock (_gate)
        {
            _isServed = isServed;
            UpdateStatus();
            SignalStateChange();
        }
    }

    /// <summary>Keeps a persistent connection open until it is cancelled; returns at once for other connections.</summary>
    public Task MaintainAsync(CancellationToken stop) =>
        _options.PersistentConnection ? _maintainer.RunAsync(stop) : Task.CompletedTask;

    /// <summary>Returns the delay before the next attempt; infinite while no connection is needed.</summary>
    /// <returns>The delay, and a token that is cancelled when the state changes and the delay is no longer valid.</returns>
    public (TimeSpan Wait, CancellationToken StateChanged) TakeWaitBeforeConnecting()
    {
        lock (_gate)
        {
            // A lost session remains set until its loss is recorded; only then does the policy know the delay.
            var isIdle = !_isWanted || !_isActive || !_isServed || _session is not null;
            return (isIdle ? Timeout.InfiniteTimeSpan : _policy.TakeWait(), _stateChanged.Token);
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
            await attempt.WhenEnded();
        }

        await CloseAsync();
        _stateChanged.Dispose();
        _disposed.Dispose();
    }

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
            var session = new SharedSession(
                await _opener.OpenAsync(overrides, _maintainer.KeepTurn, stop.Token),
                _stopScript,
                _time
            )
            {
                User = overrides.User ?? _options.User,
            };
            lock (_gate)
            {
                _attempt = null;
                _attemptStop = null;
                _session = session;
                _policy.OnConnected();
                _monitor.OnConnected(session.Session);
                UpdateStatus();
                // The previous keep-alive may still be closing its session; await it too.
                _keepingAlive = Task.WhenAll(_keepingAlive, Task.Run(() => KeepAliveAsync(session)));
                SignalStateChange();
            }

            return new ConnectAttempt(session);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                _attempt = null;
                _attemptStop = null;
            }

            return new ConnectAttempt(new SshConnectionException(SshFault.Connect, "The connection attempt was cancelled."));
        }
        catch (SshConnectionException exception)
        {
            OnAttemptFailed(exception, overrides);
            return new ConnectAttempt(exception);
        }
        catch (Exception exception)
        {
            // A defect of the bridge must not leave the connection closed forever.
            LogUnexpected(_options.Id, exception);
            SshConnectionException failure = new(SshFault.Connect, "The bridge failed: " + exception.Message, exception);
            OnAttemptFailed(failure, overrides);
            return new ConnectAttempt(failure);
        }
    }

    private void OnAttemptFailed(SshConnectionException failure, Overrides overrides)
    {
        lock (_gate)
        {
            _attempt = null;
            _attemptStop = null;
            _policy.OnFailed(failure.Fault, failure.Message, areCredentialsCurrent: overrides == _overrides);
            _monitor.OnFailed(failure.Fault, failure.Message, failure.HostKey);
            UpdateStatus();
        }
    }

    /// <summary>Monitors a session until it ends, and records its end.</summary>
    private async Task KeepAliveAsync(SharedSession session)
    {
        var opened = _time.GetTimestamp();
        var message = await new KeepAlive(_options, session, _time, _logger).WatchAsync();
        await session.DisposeAsync();
        OnSessionLost(session, message, _time.GetElapsedTime(opened));
    }

    private void OnSessionLost(SharedSession session, string message, TimeSpan duration)
    {
        lock (_gate)
        {
            _policy.OnEnded(duration);
            if (_session != session)
            {
                return; // Closed on purpose.
            }

            _session = null;
            _policy.OnLost(duration);
            _monitor.OnLost(message);
            UpdateStatus();
            SignalStateChange();
        }
    }

    /// <summary>Call it under the lock, after each change on which the status depends.</summary>
    private void UpdateStatus()
    {
        _hasTried |= _monitor.State.IsOnline || _monitor.State.Fault is not null;
        var status = StatusNow();
        if (status != _status)
        {
            _status = status;
            _statusChanged(status);
        }
    }

    private ConnectionStatus StatusNow()
    {
        var state = _monitor.State;
        return state switch
        {
            { IsOnline: true } => ConnectionStatus.Online,
            _ when !_isServed => new(OfflineReason.ServedElsewhere),
            _ when !_isActive => new(OfflineReason.Inactive),
            { Fault: { } fault } => new(ReasonOf(fault), state.Message, state.HostKey),
            _ when _options.PersistentConnection => new(_isWanted ? OfflineReason.Connecting : OfflineReason.Closed),
            _ => new(_hasTried ? OfflineReason.OnDemand : OfflineReason.NotTried),
        };
    }

    private static OfflineReason ReasonOf(SshFault fault) =>
        fault switch
        {
            SshFault.Authentication => OfflineReason.Authentication,
            SshFault.HostKey => OfflineReason.HostKey,
            SshFault.Lost => OfflineReason.Lost,
            _ => OfflineReason.Connect,
        };

    private TimeSpan DelayAfter(SshConnectionException exception)
    {
        lock (_gate)
        {
            return _policy.DelayAfter(exception);
        }
    }

    /// <summary>Makes the <see cref="ConnectionMaintainer"/> start over. Called under the lock.</summary>
    private void SignalStateChange()
    {
        if (_disposed.IsCancellationRequested)
        {
            return; // The broker's connection outlives this one and still reports its changes.
        }

        var old = _stateChanged;
        _stateChanged = new CancellationTokenSource();
        // Callbacks run on another thread, not under this lock.
        _ = old.CancelAsync();
    }

    [LoggerMessage(2005, LogLevel.Error, "{Server}: unexpected failure while connecting; please report it")]
    private partial void LogUnexpected(string server, Exception exception);
}
