using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace SshMqttBridge.Ssh;

/// <summary>
/// Reads the algorithms that a server offers, on a separate connection and without logging in, when a library reports only that
/// the connection ended. A server that finds no common algorithm may close the connection before the library has read the
/// server's list.
/// </summary>
internal static class ServerOfferProbe
{
    private const int MaximumBytes = 64 * 1024;
    private const byte KeyExchangeInit = 20;
    private const int CookieBytes = 16;

    /// <returns>Null: the peer does not answer like an SSH server.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<ServerOffer?> TryAsync(string host, int port, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = await TcpConnection.OpenAsync(host, port, cancellationToken);
            await using NetworkStream stream = new(socket);
            await stream.WriteAsync("SSH-2.0-SshMqttBridge\r\n"u8.ToArray(), cancellationToken);
            return await ReadVersionAsync(stream, cancellationToken)
                ? Parse(await ReadPacketAsync(stream, cancellationToken))
                : null;
        }
        catch (Exception exception)
            when (exception is SshConnectionException or IOException or SocketException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    // Other lines may precede the version (RFC 4253 §4.2).
    private static async Task<bool> ReadVersionAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        var one = new byte[1];
        for (var count = 0; count < MaximumBytes; count++)
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            line.Add(one[0]);
            if (one[0] == '\n')
            {
                if (Encoding.ASCII.GetString([.. line]).StartsWith("SSH-", StringComparison.Ordinal))
                {
                    return true;
                }

                line.Clear();
            }
        }

        return false;
    }

    private static async Task<byte[]> ReadPacketAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, cancellationToken);
        var packet = new byte[BinaryPrimitives.ReadUInt32BigEndian(length) is var count and < MaximumBytes ? (int)count : 0];
        await stream.ReadExactlyAsync(packet, cancellationToken);
        return packet;
    }

    private static ServerOffer? Parse(byte[] packet)
    {
        // The length of the padding, then the message.
        if (packet.Length < 2 + CookieBytes || packet[1] != KeyExchangeInit)
        {
            return null;
        }

        var rest = packet.AsSpan(2 + CookieBytes);
        var keyExchange = TakeNames(ref rest);
        var hostKeys = TakeNames(ref rest);
        var ciphers = TakeNames(ref rest);
        _ = TakeNames(ref rest);
        var macs = TakeNames(ref rest);
        return new ServerOffer(keyExchange, hostKeys, ciphers, macs);
    }

    private static string[] TakeNames(ref Span<byte> rest)
    {
        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(rest);
        var names = Encoding.ASCII.GetString(rest.Slice(4, length));
        rest = rest[(4 + length)..];
        return names.Split(',', StringSplitOptions.RemoveEmptyEntries);
    }
}
