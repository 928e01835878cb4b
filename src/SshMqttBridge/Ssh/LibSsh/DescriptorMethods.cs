using System.ComponentModel;
using System.Net.Sockets;
using SshMqttBridge.Common;
using Libc = SshMqttBridge.Common.NativeMethods;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// What .NET does not offer for descriptors. libssh gets a duplicate of a socket's descriptor, which it may close: if .NET and
/// libssh both owned the same descriptor, one of them would close a number that already belongs to another file.
/// </summary>
internal static class DescriptorMethods
{
    /// <returns>A descriptor of the same connection. The caller closes it.</returns>
    /// <exception cref="IOException">The process has too many open files.</exception>
    public static int Duplicate(Socket socket)
    {
        var duplicate = Libc.FileControl(socket.SafeHandle, Libc.DuplicateCloseOnExec, 0);
        return duplicate >= 0 ? duplicate : throw new IOException($"cannot duplicate a socket: {new Win32Exception().Message}");
    }

    /// <summary>
    /// Makes the connection non-blocking again after ssh_connect; otherwise asynchronous reads of .NET would block.
    /// </summary>
    public static void RestoreNonBlocking(Socket socket) =>
        _ = Libc.FileControl(socket.SafeHandle, Libc.SetStatusFlags, OpenFlags.NonBlocking);

    public static void Close(int descriptor) => _ = Libc.Close(descriptor);
}
