using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.Ssh;

/// <summary>Opens the TCP connection for libssh.</summary>
internal static class TcpConnection
{
    /// <exception cref="SshConnectionException">The connection failed; the message explains why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<Socket> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, cancellationToken);
        SocketError? first = null;
        foreach (var address in addresses)
        {
            Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                var error = await ConnectAsync(socket, new IPEndPoint(address, port), cancellationToken);
                if (error == SocketError.Success)
                {
                    return socket;
                }

                socket.Dispose();
                first ??= error;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw Refused(Describe(first!.Value, $"{host}:{port}"), inner: null);
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

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
            return addresses.Length > 0 ? addresses : throw Refused($"the name {host} has no address", inner: null);
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

    private static SshConnectionException Refused(string message, Exception? inner) => new(SshFault.Connect, message, inner);
}
