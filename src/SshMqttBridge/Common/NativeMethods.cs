using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SshMqttBridge.Common;

/// <summary>The calls of libc that .NET does not offer.</summary>
internal static partial class NativeMethods
{
    private const string Library = "libc";

    /// <summary>
    /// open(2) of Linux. <see cref="File.OpenHandle"/> has no option that avoids waiting for the other end of a FIFO. The third
    /// argument is variadic in C, which makes no difference to how Linux passes it.
    /// </summary>
    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags, uint mode = 0);

    /// <summary>openat(2)</summary>
    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle OpenAt(SafeFileHandle folder, string name, int flags, uint mode = 0);

    /// <summary>statx(2), whose structure is the same on every architecture.</summary>
    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatX(SafeFileHandle folder, string name, int flags, uint mask, out FileStatus status);

    /// <summary>renameat(2)</summary>
    [LibraryImport(Library, EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameAt(SafeFileHandle oldFolder, string oldName, SafeFileHandle newFolder, string newName);

    /// <summary>linkat(2)</summary>
    [LibraryImport(Library, EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LinkAt(int oldFolder, string oldName, int newFolder, string newName, int flags);

    /// <summary>unlinkat(2)</summary>
    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkAt(SafeFileHandle folder, string name, int flags);

    /// <summary>fchmod(2)</summary>
    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(SafeFileHandle file, uint mode);

    /// <summary>fcntl(2). The third argument is variadic in C, as for <see cref="Open"/>.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FileControl(SafeSocketHandle descriptor, int command, nint argument);

    /// <summary>clock_gettime(2)</summary>
    [LibraryImport(Library, EntryPoint = "clock_gettime")]
    [SuppressGCTransition]
    public static partial int GetTime(int clock, out TimeSpecification time);

    /// <summary>close(2), for a descriptor that no .NET object owns.</summary>
    [LibraryImport(Library, EntryPoint = "close")]
    public static partial int Close(int descriptor);

    /// <summary>
    /// malloc_trim(3) of glibc returns free pages of all arenas to the system. Other C libraries do not have it.
    /// </summary>
    /// <exception cref="EntryPointNotFoundException">The C library does not have it.</exception>
    /// <exception cref="DllNotFoundException">The system is not Linux.</exception>
    [LibraryImport(Library, EntryPoint = "malloc_trim")]
    public static partial int MallocTrim(nuint keepBytes);

    /// <summary>Folders and flags of the calls whose names end in <c>at</c>.</summary>
    public const int AtCurrentFolder = -100,
        AtSymlinkNoFollow = 0x100,
        AtSymlinkFollow = 0x400,
        AtEmptyPath = 0x1000;

    /// <summary>The fields that <see cref="FileStatus"/> has.</summary>
    public const uint StatXBasicStats = 0x7ff;

    /// <summary>Commands of <see cref="FileControl"/>.</summary>
    public const int GetStatusFlags = 3,
        SetStatusFlags = 4,
        DuplicateCloseOnExec = 1030;

    /// <summary>CLOCK_BOOTTIME: like CLOCK_MONOTONIC, but also counts while the machine is suspended.</summary>
    public const int BootTime = 7;

    /// <summary>Error numbers.</summary>
    public const int NoSuchFile = 2,
        PermissionDenied = 13,
        FileExists = 17,
        NotAFolder = 20,
        TooManyLinks = 40;
}
