using System.Net.Sockets;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// Makes a connected socket blocking again. .NET leaves a socket that was connected asynchronously, as SSH.NET does, in
/// non-blocking mode. A thread in <see cref="Socket.Receive(byte[])"/> is then woken by a thread of the socket engine instead of
/// the kernel. SSH.NET's listener does nothing but read.
/// </summary>
internal static class BlockingSocket
{
    /// <summary>
    /// Makes the socket blocking. The socket must not be used asynchronously afterwards, and its timeouts no longer apply.
    /// Disposing of it ends a pending read. A failure only makes it slower.
    /// </summary>
    public static void Make(Socket socket)
    {
        try
        {
            var flags = NativeMethods.FileControl(socket.SafeHandle, NativeMethods.GetStatusFlags, 0);
            if (flags >= 0)
            {
                _ = NativeMethods.FileControl(socket.SafeHandle, NativeMethods.SetStatusFlags, flags & ~OpenFlags.NonBlocking);
            }
        }
        catch (ObjectDisposedException)
        {
            // The connection attempt was cancelled.
        }
    }
}
