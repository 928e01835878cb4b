using System.Runtime.InteropServices;

namespace SshMqttBridge.Transfers;

/// <summary>struct statx of Linux, as far as it is needed here.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal readonly record struct FileStatus
{
    [FieldOffset(28)]
    private readonly ushort _mode;

    [FieldOffset(32)]
    private readonly ulong _inode;

    [FieldOffset(40)]
    private readonly long _size;

    [FieldOffset(112)]
    private readonly long _modifiedSeconds;

    [FieldOffset(120)]
    private readonly uint _modifiedNanoseconds;

    [FieldOffset(136)]
    private readonly ulong _device;

    public long SizeBytes => _size;

    /// <summary>Whether anybody wrote to the file between the two looks at it, as far as its size and time of modification tell.</summary>
    public bool IsUnchangedSince(FileStatus earlier) =>
        _size == earlier._size
        && _modifiedSeconds == earlier._modifiedSeconds
        && _modifiedNanoseconds == earlier._modifiedNanoseconds;

    /// <summary>Whether both are of one file or folder, whatever it is called.</summary>
    public bool IsSameAs(FileStatus other) => _inode == other._inode && _device == other._device;

    /// <summary>Read, write and execute for owner, group and others.</summary>
    public uint Permissions => _mode & 0x1FFu;

    public FileKind Kind => (FileKind)(_mode & 0xF000);
}

/// <summary>The S_IFMT part of a file's mode.</summary>
internal enum FileKind
{
    Fifo = 0x1000,
    CharacterDevice = 0x2000,
    Folder = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    SymbolicLink = 0xA000,
    Socket = 0xC000,
}
