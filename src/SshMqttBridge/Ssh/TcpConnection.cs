using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.Ssh;

/// <summary>Makes the TCP connection that libssh then talks over.</summary>
internal static class TcpConnection
{
    /// <exception cref="SshConnectionException">Nobody there; in words.</exception>
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

    // A server that is down is a usual thing, and of a thousand of them each is tried once a minute. The socket's other ways to connect make an exception of it, with a stack
    // trace in words, which costs more than the attempt.
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
                    ? $"the name {host} cannot be resolved at present: no answer from the name server"
                    : $"the name {host} is not known";
            throw Refused(message, exception);
        }
        catch (ArgumentException exception)
        {
            throw Refused($"'{host}' is not a host's name", exception);
        }
    }

    /// <summary>Why a TCP connection did not come about, in words.</summary>
    public static string Describe(SocketError error, string server) =>
        error switch
        {
            SocketError.ConnectionRefused => $"connection refused by {server}",
            SocketError.TimedOut => $"no answer from {server}",
            SocketError.HostUnreachable or SocketError.HostDown => $"no way to {server}: the host cannot be reached",
            SocketError.NetworkUnreachable or SocketError.NetworkDown => $"no way to {server}: the network cannot be reached",
            SocketError.ConnectionReset => $"{server} reset the connection",
            _ => $"cannot connect to {server}: {new SocketException((int)error).Message}",
        };

    private static SshConnectionException Refused(string message, Exception? inner) => new(SshFault.Connect, message, inner);
}
