using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>
/// A file without a name, or with a temporary one in the same folder. <see cref="Commit"/> gives it its name; disposal without
/// that removes it, so the name refers to the old file or the whole new one at any moment. The content is not flushed to the disk
/// before: after a power cut, only what the file system guarantees for a replaced file is left.
/// </summary>
internal sealed class LocalDestination(
    SafeFileHandle folder,
    SafeFileHandle file,
    string path,
    string name,
    string temporaryName,
    bool isNamed,
    FileStatus? existing
) : IDisposable
{
    private bool _isNamed = isNamed;
    private bool _isCompleted;

    /// <summary>
    /// Whether a file that was opened without a name can get one later. That needs /proc, which some containers lack.
    /// </summary>
    public static bool CanNameLater { get; } = Directory.Exists("/proc/self/fd");

    /// <summary>The file that has the name already; null: there was none when this one was created.</summary>
    public FileStatus? Existing => existing;

    /// <summary>The file's path, below the base directory.</summary>
    public string Path => path;

    /// <summary>The last part of the path.</summary>
    public string Name => name;

    /// <summary>Whether the path that was given is a folder, and the file is in it.</summary>
    public bool PathIsFolder { get; init; }

    /// <exception cref="IOException">The file cannot be written, for example because the disk is full.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> content, long offset, CancellationToken cancellationToken) =>
        RandomAccess.WriteAsync(file, content, offset, cancellationToken);

    /// <summary>
    /// Replaces the file of this name atomically. The mode of an old file is kept; that of a new file follows the umask.
    /// </summary>
    /// <exception cref="TransferException"><c>local</c>, with the system's message; the old file is unchanged.</exception>
    public void Commit()
    {
        if (existing is { } old && NativeMethods.ChangeMode(file, old.Permissions) != 0)
        {
            throw Failed();
        }
        if (!_isNamed)
        {
            GiveTemporaryName();
        }
        if (NativeMethods.RenameAt(folder, temporaryName, folder, name) != 0)
        {
            throw Failed();
        }
        _isCompleted = true;
    }

    /// <summary>Gives the file its name, unless there is a file of this name by now.</summary>
    /// <returns>Whether it has the name.</returns>
    /// <exception cref="TransferException"><c>local</c>, with the system's message.</exception>
    public bool TryCommitNew()
    {
        if (!_isNamed)
        {
            GiveTemporaryName();
        }
        // Unlike a renamed file, a link never replaces another file. The temporary name is removed on disposal.
        if (NativeMethods.LinkAt(Descriptor(folder), temporaryName, Descriptor(folder), name, 0) == 0)
        {
            return true;
        }
        var error = Marshal.GetLastPInvokeError();
        if (error == NativeMethods.FileExists || BaseDirectory.Exists(folder, name))
        {
            return false;
        }
        // A file system without links, like FAT.
        if (NativeMethods.RenameAt(folder, temporaryName, folder, name) != 0)
        {
            throw Failed();
        }
        _isCompleted = true;
        return true;
    }

    public void Dispose()
    {
        if (!_isCompleted)
        {
            _isCompleted = true;
            if (_isNamed)
            {
                // Failure to remove the file is not reported: the fault that led here is more important.
                _ = NativeMethods.UnlinkAt(folder, temporaryName, 0);
            }
        }
        file.Dispose();
        folder.Dispose();
    }

    /// <summary>A link cannot replace an existing file, so the file gets a temporary name first, and is renamed then.</summary>
    private void GiveTemporaryName()
    {
        var source = $"/proc/self/fd/{file.DangerousGetHandle()}";
        if (
            NativeMethods.LinkAt(
                NativeMethods.AtCurrentFolder,
                source,
                Descriptor(folder),
                temporaryName,
                NativeMethods.AtSymlinkFollow
            ) != 0
        )
        {
            throw Failed();
        }
        _isNamed = true;
    }

    /// <summary>Valid while this object has not been disposed.</summary>
    private static int Descriptor(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    private TransferException Failed() => new(Reasons.Local, $"{Printable.Name(path)}: {BaseDirectory.LastError()}");
}
