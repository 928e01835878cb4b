using System.Net.Sockets;

namespace SshMqttBridge.Ssh;

/// <summary>
/// The limit on what a server may send before authentication has ended: an unverified server must not keep the bridge busy. The
/// kernel counts the bytes, since no library does.
/// </summary>
internal static class LoginLimit
{
    /// <summary>More than any key exchange, banner and authentication need together.</summary>
    public const int Bytes = 64 * 1024;

    private const int TcpLevel = 6;
    private const int TcpInfo = 11;

    /// <summary>The offset of <c>tcpi_bytes_received</c> in Linux's <c>tcp_info</c>.</summary>
    private const int ReceivedOffset = 128;

    /// <summary>Whether the server has sent more. False also where that is unknown.</summary>
    /// <param name="socket">Null: there is no connection.</param>
    public static bool IsExceeded(Socket? socket)
    {
        Span<byte> info = stackalloc byte[ReceivedOffset + sizeof(ulong)];
        try
        {
            return socket is not null
                && socket.GetRawSocketOption(TcpLevel, TcpInfo, info) == info.Length
                && BitConverter.ToUInt64(info[ReceivedOffset..]) > Bytes;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public static SshConnectionException Exceeded(string server) =>
        new(SshFault.Connect, $"{server} sent more than {Bytes / 1024} KiB before authentication had ended");
}
