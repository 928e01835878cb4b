using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.Ssh;

/// <summary>Opens TCP connections: for libssh, and to find the address of a server that answers.</summary>
internal static class TcpConnection
{
    /// <exception cref="SshConnectionException">The connection failed; the message explains why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<Socket> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, cancellationToken);
        return await OpenAsync(addresses, $"{host}:{port}", port, cancellationToken);
    }

    /// <summary>Tries the addresses side by side.</summary>
    /// <param name="addresses">At least one, best first.</param>
    /// <param name="server">The server's name for messages.</param>
    /// <inheritdoc cref="OpenAsync(string, int, CancellationToken)" path="/exception"/>
    public static async Task<Socket> OpenAsync(
        IReadOnlyList<IPAddress> addresses,
        string server,
        int port,
        CancellationToken cancellationToken
    )
    {
        var (socket, error) = await AddressRace.RunAsync(
            addresses,
            (address, token) => TryAsync(new IPEndPoint(address, port), token),
            TimeProvider.System,
            cancellationToken
        );
        return socket ?? throw Refused(Describe(error, server), inner: null);
    }

    /// <summary>The addresses of a name, in the order in which to try them.</summary>
    /// <inheritdoc cref="OpenAsync(string, int, CancellationToken)" path="/exception"/>
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
            return addresses.Length > 0
                ? AddressRace.Alternate(addresses)
                : throw Refused($"the name {host} has no address", inner: null);
        }
        catch (SocketException exception)
        {
            var message =
                exception.SocketErrorCode == SocketError.TryAgain
                    ? $"the name {host} cannot be resolved: temporary failure in name resolution"
                    : $"the name {host} cannot be resolved: unknown host";
            throw Refused(message, exception);
        }
        catch (ArgumentException exception)
        {
            throw Refused($"'{host}' is not a valid host name", exception);
        }
    }

    /// <summary>Describes why a TCP connection failed.</summary>
    public static string Describe(SocketError error, string server) =>
        error switch
        {
            SocketError.ConnectionRefused => $"connection refused by {server}",
            SocketError.TimedOut => $"connection to {server} timed out",
            SocketError.HostUnreachable or SocketError.HostDown => $"no route to {server}: the host is unreachable",
            SocketError.NetworkUnreachable or SocketError.NetworkDown => $"no route to {server}: the network is unreachable",
            SocketError.ConnectionReset => $"{server} reset the connection",
            _ => $"cannot connect to {server}: {new SocketException((int)error).Message}",
        };

    private static async Task<(Socket? Socket, SocketError Error)> TryAsync(EndPoint server, CancellationToken cancellationToken)
    {
        Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var error = await ConnectAsync(socket, server, cancellationToken);
            if (error == SocketError.Success)
            {
                return (socket, error);
            }

            socket.Dispose();
            return (null, error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Unreachable servers are common, and the bridge may try a thousand of them once a minute. The other methods of the socket
    // throw an
    // exception with a stack trace, which costs more than the attempt.
    private static async Task<SocketError> ConnectAsync(Socket socket, EndPoint server, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource<SocketError> connected = new();
        using SocketAsyncEventArgs attempt = new() { RemoteEndPoint = server };
        attempt.Completed += (_, end) => connected.SetResult(end.SocketError);
        if (!socket.ConnectAsync(attempt))
        {
            return attempt.SocketError;
        }

        await using (
            cancellationToken.UnsafeRegister(static attempt => Socket.CancelConnectAsync((SocketAsyncEventArgs)attempt!), attempt)
        )
        {
            var error = await connected.Task;
            if (error == SocketError.OperationAborted)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            return error;
        }
    }

    private static SshConnectionException Refused(string message, Exception? inner) => new(SshFault.Connect, message, inner);
}
