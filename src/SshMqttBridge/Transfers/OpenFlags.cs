using System.Runtime.InteropServices;

namespace SshMqttBridge.Transfers;

/// <summary>Flags of open(2). Two of them, and the one for large files, have other numbers on ARM and POWER than elsewhere.</summary>
internal static class OpenFlags
{
    private static readonly bool s_isArmLike =
        RuntimeInformation.ProcessArchitecture
        is Architecture.Arm
            or Architecture.Armv6
            or Architecture.Arm64
            or Architecture.Ppc64le;

    private static readonly int s_largeFile = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X86 => 0x8000,
        Architecture.Arm or Architecture.Armv6 => 0x20000,
        _ => 0,
    };

    private static readonly int s_directory = s_isArmLike ? 0x4000 : 0x10000;
    private static readonly int s_noFollow = s_isArmLike ? 0x8000 : 0x20000;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int Unnamed = 0x400000;

    /// <summary>A folder, only to name things in it; the last part of its name may be a link.</summary>
    public static int TrustedFolder { get; } = PathOnly | s_directory | CloseOnExec;

    /// <summary>A folder, only to name things in it; not a link to one.</summary>
    public static int Folder { get; } = TrustedFolder | s_noFollow;

    /// <summary>A file to read; not through a link, and without waiting for the other end of a FIFO.</summary>
    public static int Read { get; } = s_noFollow | NonBlocking | CloseOnExec | s_largeFile;

    /// <summary>A file to write that did not exist before.</summary>
    public static int WriteNamed { get; } = WriteOnly | Create | Exclusive | s_noFollow | CloseOnExec | s_largeFile;

    /// <summary>A file to write that is in a folder and has no name yet (O_TMPFILE): when the program is killed it is gone. Not every file system knows it.</summary>
    public static int WriteUnnamed { get; } = WriteOnly | Unnamed | s_directory | CloseOnExec | s_largeFile;
}
