using System.Net.Sockets;

namespace SshMqttBridge.Ssh;

/// <summary>How much a peer has sent on a TCP connection. The kernel counts the bytes, since no library does.</summary>
internal static class ReceivedBytes
{
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;

    /// <summary>The offset of <c>tcpi_bytes_received</c> in Linux's <c>tcp_info</c>.</summary>
    private const int Offset = 128;

    /// <param name="socket">Null: there is no connection.</param>
    /// <returns>0 also where it is unknown.</returns>
    public static ulong Of(Socket? socket)
    {
        Span<byte> info = stackalloc byte[Offset + sizeof(ulong)];
        try
        {
            return socket?.GetRawSocketOption(TcpLevel, TcpInfo, info) == info.Length ? BitConverter.ToUInt64(info[Offset..]) : 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
