using Microsoft.Win32.SafeHandles;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>
/// A file without a name, or under a temporary one beside its own. <see cref="Commit"/> gives it its name; disposing it without that removes it, so the
/// name means the old file or the whole new one at any moment. It is not forced to the disk before: after a power cut, what
/// the file system promises for a replaced file is all there is.
/// </summary>
internal sealed class LocalDestination(
    SafeFileHandle folder,
    SafeFileHandle file,
    string path,
    string name,
    string temporaryName,
    bool isNamed,
    uint? permissionsToKeep
) : IDisposable
{
    private bool _isNamed = isNamed;
    private bool _settled;

    /// <summary>Whether a file that was opened without a name can be given one: by way of /proc, which some containers lack.</summary>
    public static bool CanNameLater { get; } = Directory.Exists("/proc/self/fd");

    /// <exception cref="IOException">The disk is full, or says something else.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> content, long offset, CancellationToken cancellationToken) =>
        RandomAccess.WriteAsync(file, content, offset, cancellationToken);

    /// <summary>Replaces what has the name, in one step; a new file's mode is what the umask leaves, an old one's is kept.</summary>
    /// <exception cref="TransferException"><c>local</c>, with what the system said; the old file is untouched.</exception>
    public void Commit()
    {
        if (permissionsToKeep is { } mode && NativeMethods.ChangeMode(file, mode) != 0)
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
        _settled = true;
    }

    public void Dispose()
    {
        if (!_settled)
        {
            _settled = true;
            if (_isNamed)
            {
                // What cannot be removed stays: there is nobody to tell, and the fault that led here is worth more.
                _ = NativeMethods.UnlinkAt(folder, temporaryName, 0);
            }
        }
        file.Dispose();
        folder.Dispose();
    }

    /// <summary>A link cannot take the place of a file that exists, so it takes two steps, the second of which is the one that counts.</summary>
    private void GiveTemporaryName()
    {
        var source = $"/proc/self/fd/{file.DangerousGetHandle()}";
        if (
            NativeMethods.LinkAt(NativeMethods.AtCurrentFolder, source, folder, temporaryName, NativeMethods.AtSymlinkFollow) != 0
        )
        {
            throw Failed();
        }
        _isNamed = true;
    }

    private TransferException Failed() => new(Reasons.Local, $"{Printable.Name(path)}: {BaseDirectory.LastError()}");
}
