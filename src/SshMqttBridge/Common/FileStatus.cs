using System.Runtime.InteropServices;

namespace SshMqttBridge.Common;

/// <summary>struct statx of Linux, with the fields that the bridge uses.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal readonly record struct FileStatus
{
    [FieldOffset(20)]
    private readonly uint _owner;

    [FieldOffset(24)]
    private readonly uint _group;

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

    private const uint Root = 0;
    private const uint GroupRead = 0b100_000;
    private const uint OthersRead = 0b100;

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

    /// <summary>
    /// Whether users other than the owner may read it. The members of a group may if root, as the owner, has given the file to
    /// that group: this is how a package lets a service read a configuration that only root may change.
    /// </summary>
    public bool IsExposed =>
        (Permissions & OthersRead) != 0 || ((Permissions & GroupRead) != 0 && !(_owner == Root && _group != Root));

    public FileKind Kind => (FileKind)(_mode & 0xF000);
}
