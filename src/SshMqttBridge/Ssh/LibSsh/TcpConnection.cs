using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>Makes the TCP connection that libssh then talks over.</summary>
internal static class TcpConnection
{
    /// <exception cref="SshConnectionException">Nobody there; in words.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<Socket> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, cancellationToken);
        SocketException? first = null;
        foreach (var address in addresses)
        {
            Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, port, cancellationToken);
                return socket;
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                first ??= exception;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw Refused(Describe(first!.SocketErrorCode, $"{host}:{port}"), first);
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

    private static string Describe(SocketError error, string server) =>
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
