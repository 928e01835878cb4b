using System.Net.Sockets;

namespace SshMqttBridge.Ssh;

/// <summary>
/// How much a server may send before the login has ended: a server that is not known yet must not keep the bridge busy. What it sent is asked of the kernel, since no library counts it.
/// </summary>
internal static class LoginLimit
{
    /// <summary>More than any key exchange, banner and login together need.</summary>
    public const int Bytes = 64 * 1024;

    private const int TcpLevel = 6;
    private const int TcpInfo = 11;

    /// <summary>Of <c>tcpi_bytes_received</c> in Linux's <c>tcp_info</c>.</summary>
    private const int ReceivedOffset = 128;

    /// <summary>Whether more has come. False also where that cannot be known.</summary>
    /// <param name="socket">Null: there is none yet, or any more.</param>
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
        new(SshFault.Connect, $"{server} sent more than {Bytes / 1024} KiB before the login had ended");
}
