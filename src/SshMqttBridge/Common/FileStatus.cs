using System.Runtime.InteropServices;

namespace SshMqttBridge.Common;

/// <summary>struct statx of Linux, with the fields that the bridge uses.</summary>
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

    /// <summary>When the content was last modified, to the second.</summary>
    public DateTimeOffset ModifiedAt =>
        DateTimeOffset.FromUnixTimeSeconds(
            Math.Clamp(_modifiedSeconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        );

    /// <summary>Whether the file's size and time of modification are the same as in the earlier status.</summary>
    public bool IsUnchangedSince(FileStatus earlier) =>
        _size == earlier._size
        && _modifiedSeconds == earlier._modifiedSeconds
        && _modifiedNanoseconds == earlier._modifiedNanoseconds;

    /// <summary>Whether both are of the same file or folder, under any name.</summary>
    public bool IsSameAs(FileStatus other) => _inode == other._inode && _device == other._device;

    /// <summary>Read, write and execute for owner, group and others.</summary>
    public uint Permissions => _mode & 0x1FFu;

    public FileKind Kind => (FileKind)(_mode & 0xF000);
}
