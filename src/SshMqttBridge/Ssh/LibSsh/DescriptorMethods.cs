using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// What .NET does not offer for descriptors. libssh gets a duplicate of a socket's descriptor, to close as it likes: were it given
/// the one that .NET owns, one of both would close a number that is somebody else's by then.
/// </summary>
internal static partial class DescriptorMethods
{
    private const int SetStatusFlags = 4;
    private const int DuplicateCloseOnExec = 1030;
    private const int NonBlocking = 0x800;

    /// <returns>A descriptor of the same connection that the caller has to have closed.</returns>
    /// <exception cref="IOException">The process has too many open files.</exception>
    public static int Duplicate(Socket socket)
    {
        var duplicate = fcntl((int)socket.Handle, DuplicateCloseOnExec, 0);
        return duplicate >= 0 ? duplicate : throw new IOException($"duplicating a socket: {new Win32Exception().Message}");
    }

    /// <summary>Undoes what ssh_connect does: it makes the connection a blocking one, and .NET's waiting would block with it.</summary>
    public static void RestoreNonBlocking(Socket socket) => _ = fcntl((int)socket.Handle, SetStatusFlags, NonBlocking);

    public static void Close(int descriptor) => _ = close(descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, nint argument);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
