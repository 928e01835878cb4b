using System.Net.Sockets;

namespace SshMqttBridge.Ssh;

/// <summary>
/// The limit on what a server may send before authentication has ended: an unverified server must not keep the bridge busy.
/// </summary>
internal static class LoginLimit
{
    /// <summary>More than any key exchange, banner and authentication need together.</summary>
    public const int Bytes = 64 * 1024;

    /// <summary>Whether the server has sent more. False also where that is unknown.</summary>
    /// <param name="socket">Null: there is no connection.</param>
    public static bool IsExceeded(Socket? socket) => ReceivedBytes.Of(socket) > Bytes;

    public static SshConnectionException Exceeded(string server) =>
        new(SshFault.Connect, $"{server} sent more than {Bytes / 1024} KiB before authentication had ended");
}
