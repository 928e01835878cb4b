using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// Bounds the number of connections, so that clients without the token cannot lock out others by holding connections. A new
/// connection is always accepted, because it may be the owner's; instead the oldest one that is not signed in is closed, of the
/// same address if that has too many, otherwise of the address with the most. Thread-safe.
/// </summary>
internal sealed partial class ConnectionLimiter(LogBudget budget, ILogger<ConnectionLimiter> logger)
{
    public const int MaximumConnections = 256;

    /// <summary>
    /// The maximum number of connections of one address that are not signed in. All clients of a reverse proxy, and all users of
    /// the machine, share an address; but a connection counts only until its first request with a session.
    /// </summary>
    public const int MaximumPerAddress = 64;

    private readonly Lock _gate = new();

    // The oldest first.
    private readonly LinkedList<ClientConnection> _connections = new();

    /// <summary>Kestrel's connection middleware.</summary>
    public ConnectionDelegate Use(ConnectionDelegate next) =>
        async connection =>
        {
            var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
            ClientConnection client = new(ClientAddress.NameOf(address), connection.Abort);
            if (!TryAdd(client))
            {
                return; // Kestrel closes it.
            }

            connection.Features.Set(client);
            try
            {
                await next(connection);
            }
            finally
            {
                Remove(client);
            }
        };

    /// <summary>Adds a connection, and closes another one if necessary; false: all are signed in.</summary>
    public bool TryAdd(ClientConnection client)
    {
        ClientConnection? surplus = null;
        bool isAdded;
        lock (_gate)
        {
            var unknown = _connections.Where(one => !one.IsSignedIn).ToList();
            var own = unknown.Where(one => one.Address == client.Address).ToList();
            if (own.Count >= MaximumPerAddress)
            {
                surplus = Oldest(own);
            }
            else if (_connections.Count >= MaximumConnections)
            {
                surplus = Oldest(
                    unknown.GroupBy(one => one.Address).MaxBy(group => group.Count()) ?? Enumerable.Empty<ClientConnection>()
                );
            }

            isAdded = surplus is not null || _connections.Count < MaximumConnections;
            if (surplus is not null)
            {
                _connections.Remove(surplus);
            }

            if (isAdded)
            {
                _connections.AddLast(client);
            }
        }

        if ((surplus is not null || !isAdded) && budget.TryTake())
        {
            LogClosed(logger, (surplus ?? client).Address);
        }

        surplus?.Abort();
        return isAdded;
    }

    public void Remove(ClientConnection client)
    {
        lock (_gate)
        {
            _connections.Remove(client);
        }
    }

    /// <summary>Connections that are idle, or whose headers have not arrived, before those with a request.</summary>
    private static ClientConnection? Oldest(IEnumerable<ClientConnection> connections)
    {
        ClientConnection? busy = null;
        foreach (var connection in connections)
        {
            if (!connection.IsBusy)
            {
                return connection;
            }

            busy ??= connection;
        }

        return busy;
    }

    [LoggerMessage(7009, LogLevel.Warning, "Web console: too many connections; closed one of {Address}")]
    static partial void LogClosed(ILogger logger, string address);
}
