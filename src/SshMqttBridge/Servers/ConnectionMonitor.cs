using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Tracks the state of a server's connection, and publishes and logs its changes. Not thread-safe: the connection calls it under
/// its lock, which keeps the changes in order.
/// </summary>
/// <param name="options">The server.</param>
/// <param name="changed">Called with each new state; must be quick and not call back.</param>
/// <param name="logger">Logs the changes.</param>
internal sealed partial class ConnectionMonitor(ServerOptions options, Action<ConnectionState> changed, ILogger logger)
{
    private bool _isLimitKnown;

    public ConnectionState State { get; private set; } = ConnectionState.Offline;

    public void OnConnected(ISshSession session)
    {
        Change(new ConnectionState(true, Algorithms: session.Algorithms));
        LogConnected(options.Id, options.Host, options.Port, session.HostKey.Fingerprint);
        LogAlgorithms(session.Algorithms);
    }

    public void OnFailed(SshFault fault, string message, RefusedHostKey? hostKey)
    {
        ConnectionState state = new(false, fault, message, HostKey: hostKey);
        if (state == State)
        {
            LogStillFailing(options.Id, fault, message);
        }
        else
        {
            LogConnectFailed(options.Id, fault, message);
        }

        Change(state);
    }

    public void OnLost(string message)
    {
        LogLost(options.Id, message);
        Change(new ConnectionState(false, SshFault.Lost, message));
    }

    public void OnSessionsUsedUp()
    {
        if (!_isLimitKnown)
        {
            _isLimitKnown = true;
            LogSessionsUsedUp(options.Id);
        }
    }

    public void OnClosed() => Change(ConnectionState.Offline);

    private void Change(ConnectionState state)
    {
        if (state != State)
        {
            State = state;
            changed(state);
        }
    }

    private void LogAlgorithms(NegotiatedAlgorithms negotiated) =>
        LogAlgorithms(
            options.Id,
            options.SshLibrary,
            negotiated.KeyExchange,
            negotiated.HostKey,
            negotiated.CipherOut,
            negotiated.CipherIn,
            negotiated.MacOut ?? "implicit",
            negotiated.MacIn ?? "implicit"
        );

    [LoggerMessage(2001, LogLevel.Information, "{Server}: connected to {Host}:{Port}, host key {Fingerprint}")]
    private partial void LogConnected(string server, string host, int port, string fingerprint);

    [LoggerMessage(
        2006,
        LogLevel.Debug,
        "{Server}: {Library}, key exchange {KeyExchange}, host key {HostKey}, "
            + "cipher {CipherOut} out, {CipherIn} in, MAC {MacOut} out, {MacIn} in"
    )]
    private partial void LogAlgorithms(
        string server,
        SshLibrary library,
        string keyExchange,
        string? hostKey,
        string cipherOut,
        string cipherIn,
        string? macOut,
        string? macIn
    );

    [LoggerMessage(
        2007,
        LogLevel.Information,
        "{Server}: the server allows no further session on this connection. The bridge reconnects, as often as necessary"
    )]
    private partial void LogSessionsUsedUp(string server);

    [LoggerMessage(2002, LogLevel.Warning, "{Server}: connection failed ({Fault}): {Reason}")]
    private partial void LogConnectFailed(string server, SshFault fault, string reason);

    [LoggerMessage(2003, LogLevel.Debug, "{Server}: connection still failing ({Fault}): {Reason}")]
    private partial void LogStillFailing(string server, SshFault fault, string reason);

    [LoggerMessage(2004, LogLevel.Warning, "{Server}: connection lost: {Reason}")]
    private partial void LogLost(string server, string reason);
}
