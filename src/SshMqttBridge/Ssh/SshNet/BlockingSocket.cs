using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// Gives a socket back to the kernel to wait on. .NET makes a socket that was connected asynchronously, as SSH.NET does it, non-blocking for good, and whoever reads it by
/// <see cref="Socket.Receive(byte[])"/> is then woken by a thread of the runtime that was woken itself. SSH.NET has a thread that does nothing but read.
/// </summary>
internal static partial class BlockingSocket
{
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int NonBlocking = 0x800;

    /// <summary>Makes it blocking. From here on it must not be used asynchronously; its timeouts mean nothing; closing it ends what waits for it. Where it fails things go slower, no more.</summary>
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
            // Somebody has given up connecting.
        }
    }

    // Its third argument is variadic in C, which on Linux is passed like any other.
    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(SafeSocketHandle descriptor, int command, int argument);
}
