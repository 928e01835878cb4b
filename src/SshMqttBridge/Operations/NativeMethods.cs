using System.Runtime.InteropServices;

namespace SshMqttBridge.Operations;

internal static partial class NativeMethods
{
    /// <summary>malloc_trim(3) of glibc: gives free pages back to the system, in all arenas. Other C libraries have none.</summary>
    /// <exception cref="EntryPointNotFoundException">There is none.</exception>
    /// <exception cref="DllNotFoundException">Not Linux.</exception>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    public static partial int Trim(nuint keepBytes);
}
