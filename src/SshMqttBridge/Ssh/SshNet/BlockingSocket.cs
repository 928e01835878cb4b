using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// Makes a connected socket blocking again. .NET leaves a socket that was connected asynchronously, which is how SSH.NET connects, in non-blocking mode: a thread in
/// <see cref="Socket.Receive(byte[])"/> is then woken by a thread of the socket engine instead of the kernel. SSH.NET's listener does nothing but read.
/// </summary>
internal static partial class BlockingSocket
{
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int NonBlocking = 0x800;

    /// <summary>Makes it blocking. The socket must not be used asynchronously afterwards, and its timeouts no longer apply. Disposing of it ends a pending read. A failure only makes it slower.</summary>
    public static void Make(Socket socket)
    {
        try
        {
            var flags = Fcntl(socket.SafeHandle, GetFlags, 0);
            if (flags >= 0)
            {
                _ = Fcntl(socket.SafeHandle, SetFlags, flags & ~NonBlocking);
            }
        }
        catch (ObjectDisposedException)
        {
            // The connection attempt was cancelled.
        }
    }

    // Its third argument is variadic in C, which on Linux is passed like any other.
    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(SafeSocketHandle descriptor, int command, int argument);
}
