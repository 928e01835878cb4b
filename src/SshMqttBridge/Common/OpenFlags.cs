using System.Runtime.InteropServices;

namespace SshMqttBridge.Common;

/// <summary>
/// Flags of open(2). Two of them, and the one for large files, have other values on ARM and POWER than elsewhere.
/// </summary>
internal static class OpenFlags
{
    /// <summary>Reads and writes do not wait; also a status flag of fcntl(2).</summary>
    public const int NonBlocking = 0x800;

    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;
    private const int Unnamed = 0x400000;

    private static readonly bool IsArmLike =
        RuntimeInformation.ProcessArchitecture
        is Architecture.Arm
            or Architecture.Armv6
            or Architecture.Arm64
            or Architecture.Ppc64le;

    private static readonly int LargeFile = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X86 => 0x8000,
        Architecture.Arm or Architecture.Armv6 => 0x20000,
        _ => 0,
    };

    private static readonly int Directory = IsArmLike ? 0x4000 : 0x10000;
    private static readonly int NoFollow = IsArmLike ? 0x8000 : 0x20000;

    /// <summary>A folder, opened only to name things in it; the last part of its name may be a link.</summary>
    public static int TrustedFolder { get; } = PathOnly | Directory | CloseOnExec;

    /// <summary>A folder, opened only to name things in it; not a link to one.</summary>
    public static int Folder { get; } = TrustedFolder | NoFollow;

    /// <summary>A file to read, also through a link; opening does not wait for the other end of a FIFO.</summary>
    public static int ReadThroughLinks { get; } = NonBlocking | CloseOnExec | LargeFile;

    /// <summary>A file to read; not through a link, and without waiting for the other end of a FIFO.</summary>
    public static int Read { get; } = ReadThroughLinks | NoFollow;

    /// <summary>A file to write that did not exist before.</summary>
    public static int WriteNamed { get; } = WriteOnly | Create | Exclusive | NoFollow | CloseOnExec | LargeFile;

    /// <summary>
    /// A file to write that is in a folder and has no name yet (O_TMPFILE): it is gone when the program is killed. Not every file
    /// system supports it.
    /// </summary>
    public static int WriteUnnamed { get; } = WriteOnly | Unnamed | Directory | CloseOnExec | LargeFile;
}
