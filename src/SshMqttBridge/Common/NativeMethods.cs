using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SshMqttBridge.Common;

internal static partial class NativeMethods
{
    public const int ReadOnly = 0;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    /// <summary>open(2) of Linux. <see cref="File.OpenHandle"/> cannot be asked not to wait for the other end of a FIFO.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);
}
