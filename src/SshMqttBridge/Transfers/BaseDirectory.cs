using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>
/// The folder below which all local files are. Thread-safe until disposed.
/// </summary>
/// <remarks>
/// This object holds a descriptor of the folder and walks each path from it part by part with openat(2): every part is opened
/// <c>O_NOFOLLOW</c> from the descriptor of the part before it, and <c>..</c> and absolute paths are refused beforehand. The
/// kernel never resolves a path as a whole, so no link can be inserted between a check and its use. This is as strong as
/// openat2(2) with <c>RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS</c>, and works on every kernel and under seccomp filters that block
/// openat2. The path of the folder itself may contain links: the administrator chooses it.
/// </remarks>
internal sealed class BaseDirectory : IDisposable
{
    /// <summary>0666: the umask takes bits away.</summary>
    private const uint DefaultMode = 0x1B6;

    /// <summary>Bounds how long listing a huge folder takes.</summary>
    private const int MaximumNamesRead = 10_000;

    private volatile OpenFolder _open;

    /// <param name="path">An absolute path; a missing folder is created with mode 0700.</param>
    /// <exception cref="IOException">The folder cannot be created or opened.</exception>
    public BaseDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("The base directory needs system calls of Linux.");
        }
        _open = Open(path);
    }

    /// <summary>
    /// Continues with another folder, which is created if it is missing. Transfers that are under way end in the folder where they
    /// began.
    /// </summary>
    /// <param name="path">An absolute path.</param>
    /// <exception cref="IOException">The folder cannot be created or opened; the one before stays.</exception>
    public void MoveTo(string path)
    {
        if (path != _open.Path)
        {
            // The descriptor before is closed when no transfer uses it any more, by its finalizer.
            _open = Open(path);
        }
    }

    private static OpenFolder Open(string path)
    {
        if (!Path.IsPathRooted(path))
        {
            throw new ArgumentException($"{Printable.Name(path)} is not absolute.", nameof(path));
        }
        OwnerOnly.CreateFolder(path);
        var descriptor = NativeMethods.Open(path, OpenFlags.TrustedFolder);
        return descriptor.IsInvalid
            ? throw new IOException($"Cannot open {Printable.Name(path)}: {LastError()}")
            : new OpenFolder(path, descriptor);
    }

    /// <summary>How many bytes the bridge's user may still write to this disk; null: unknown.</summary>
    public long? AvailableBytes
    {
        get
        {
            try
            {
                return new DriveInfo(_open.Path).AvailableFreeSpace;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// Lists the files and folders in a folder, without those in its sub-folders. Links, devices and the like are left out, as are
    /// files that are still being written.
    /// </summary>
    /// <param name="path">The folder; <c>.</c> is the base directory.</param>
    /// <param name="maximumEntries">How many to return at most, the first ones by name.</param>
    /// <exception cref="TransferException"><c>path</c>: outside, through a link, or not a folder; <c>local</c>: missing or not
    /// readable.</exception>
    public FolderListing List(string path, int maximumEntries)
    {
        var parsed = LocalPath.Parse(path);
        using var parent = Walk(parsed);
        using var folder = Step(parent, parsed.Name ?? ".", path);
        var names = NamesIn(folder, path);
        names.Sort(StringComparer.Ordinal);
        List<FolderEntry> entries = [];
        foreach (var name in names)
        {
            if (IsTemporaryName(name) || GetStatus(folder, name) is not { Kind: FileKind.Regular or FileKind.Folder } status)
            {
                continue;
            }
            if (entries.Count == maximumEntries)
            {
                return new FolderListing(entries, IsComplete: false);
            }
            entries.Add(new FolderEntry(name, status.Kind == FileKind.Folder, status.SizeBytes, status.ModifiedAt));
        }
        return new FolderListing(entries, IsComplete: names.Count < MaximumNamesRead);
    }

    /// <summary>Opens a file for reading.</summary>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="TransferException"><c>path</c>: outside, through a link, or not a regular file; <c>local</c>: missing or
    /// not readable.</exception>
    public LocalSource OpenSource(string path)
    {
        var parsed = LocalPath.Parse(path);
        if (parsed.Name is null)
        {
            throw Refused(path, FileKind.Folder);
        }
        using var folder = Walk(parsed);
        if (GetStatus(folder, parsed.Name) is { } before && before.Kind != FileKind.Regular)
        {
            throw Refused(path, before.Kind);
        }
        var file = NativeMethods.OpenAt(folder, parsed.Name, OpenFlags.Read);
        try
        {
            if (file.IsInvalid)
            {
                throw Marshal.GetLastPInvokeError() == NativeMethods.TooManyLinks
                    ? Refused(path, FileKind.SymbolicLink)
                    : Failed(path);
            }
            // Only the open file counts: since the first check, the name may refer to a different file.
            var status = GetStatus(file);
            return status.Kind == FileKind.Regular
                ? new LocalSource(file, path, parsed.Name, status)
                : throw Refused(path, status.Kind);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Creates a file that gets its name only when it is complete: see <see cref="LocalDestination.Commit"/>.</summary>
    /// <param name="path">A file; or a folder that exists, or a name ending in <c>/</c>: then <paramref name="sourceName"/> is
    /// the file's name in it.</param>
    /// <param name="sourceName">From <see cref="LocalPath.NameOf"/>.</param>
    /// <param name="isPrivate">Whether only the bridge's user may read a new file, whatever the umask is.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="TransferException"><c>path</c>: outside, through a link, or the name is not a regular file; <c>local</c>:
    /// the folder is missing or not writable.</exception>
    public LocalDestination CreateDestination(string path, string sourceName, bool isPrivate = false)
    {
        var parsed = LocalPath.Parse(path);
        var folder = Walk(parsed);
        try
        {
            var name = parsed.Name;
            if (name is not null && GetStatus(folder, name)?.Kind == FileKind.Folder)
            {
                var parent = folder;
                folder = Step(parent, name, path);
                parent.Dispose();
                name = null;
            }
            var isFolder = name is null;
            var filePath = isFolder ? InFolder(path, sourceName) : path;
            name ??= sourceName;
            var existing = GetStatus(folder, name);
            if (existing is { Kind: not FileKind.Regular } other)
            {
                throw Refused(filePath, other.Kind);
            }
            // Until the file has the mode of the old one, only its owner may read it.
            var mode = existing is null && !isPrivate ? DefaultMode : (uint)OwnerOnly.FileMode;
            var temporaryName = TemporaryNameFor(name);
            // Without a name if the file system supports it: no file is left when the bridge is killed.
            var file = NativeMethods.OpenAt(folder, ".", OpenFlags.WriteUnnamed, mode);
            var isNamed = file.IsInvalid || !LocalDestination.CanNameLater;
            if (isNamed)
            {
                file.Dispose();
                file = NativeMethods.OpenAt(folder, temporaryName, OpenFlags.WriteNamed, mode);
            }

            return file.IsInvalid
                ? throw Failed(path)
                : new LocalDestination(folder, file, filePath, name, temporaryName, isNamed, existing)
                {
                    PathIsFolder = isFolder,
                };
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The path of a file that <see cref="CreateDestination"/> creates for the same arguments.</summary>
    /// <exception cref="TransferException"><c>path</c>: outside, or through a link; <c>local</c>: its folder is missing.</exception>
    public string FileIn(string path, string sourceName)
    {
        var parsed = LocalPath.Parse(path);
        using var folder = Walk(parsed);
        return parsed.Name is null || GetStatus(folder, parsed.Name)?.Kind == FileKind.Folder ? InFolder(path, sourceName) : path;
    }

    public void Dispose() => _open.Descriptor.Dispose();

    /// <summary>Returns the status of an open file or folder.</summary>
    internal static FileStatus GetStatus(SafeFileHandle file) =>
        NativeMethods.StatX(file, "", NativeMethods.AtEmptyPath, NativeMethods.StatXBasicStats, out var status) == 0
            ? status
            : throw new TransferException(Reasons.Local, $"cannot read the status of an open file: {LastError()}");

    /// <summary>Whether there is anything with this name in a folder.</summary>
    internal static bool Exists(SafeFileHandle folder, string name) => GetStatus(folder, name) is not null;

    internal static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    private static string InFolder(string path, string name) => $"{path.TrimEnd('/')}/{name}";

    private static FileStatus? GetStatus(SafeFileHandle folder, string name) =>
        NativeMethods.StatX(folder, name, NativeMethods.AtSymlinkNoFollow, NativeMethods.StatXBasicStats, out var status) == 0
            ? status
            : null;

    private SafeFileHandle Walk(LocalPath path)
    {
        var open = _open;
        ThrowIfReplaced(open);
        var folder = Step(open.Descriptor, ".", path.Text);
        foreach (var part in path.Folders)
        {
            using var parent = folder;
            folder = Step(parent, part, path.Text);
        }
        return folder;
    }

    /// <summary>Refuses to copy files to or from a folder that was moved or replaced.</summary>
    private static void ThrowIfReplaced(OpenFolder open)
    {
        // The path is absolute, so statx ignores the folder.
        if (
            NativeMethods.StatX(open.Descriptor, open.Path, 0, NativeMethods.StatXBasicStats, out var now) == 0
                ? !now.IsSameAs(GetStatus(open.Descriptor))
                : Marshal.GetLastPInvokeError() == NativeMethods.NoSuchFile
        )
        {
            throw new TransferException(
                Reasons.Local,
                $"the base directory {Printable.Name(open.Path)} has been removed or replaced "
                    + "since the bridge started: restart the bridge"
            );
        }
    }

    private static SafeFileHandle Step(SafeFileHandle parent, string name, string path)
    {
        var folder = NativeMethods.OpenAt(parent, name, OpenFlags.Folder);
        if (!folder.IsInvalid)
        {
            return folder;
        }
        folder.Dispose();
        if (Marshal.GetLastPInvokeError() is not (NativeMethods.NotAFolder or NativeMethods.TooManyLinks))
        {
            throw Failed(path);
        }
        var isLink = GetStatus(parent, name)?.Kind == FileKind.SymbolicLink;
        throw new TransferException(
            Reasons.Path,
            $"{Printable.Name(path)}: {Printable.Name(name)} is "
                + (isLink ? "a symbolic link; links are not followed" : "not a folder")
        );
    }

    /// <summary>The names in a folder, up to <see cref="MaximumNamesRead"/>.</summary>
    private static List<string> NamesIn(SafeFileHandle folder, string path)
    {
        if (!LocalDestination.CanNameLater)
        {
            throw new TransferException(Reasons.Local, "folders cannot be listed, because /proc is not mounted");
        }
        // The descriptor, so that this is the folder that the path was checked for.
        FileSystemEnumerable<string> names = new(
            $"/proc/self/fd/{folder.DangerousGetHandle()}",
            static (ref entry) => entry.FileName.ToString(),
            new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }
        );
        try
        {
            return [.. names.Take(MaximumNamesRead)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TransferException(Reasons.Local, $"{Printable.Name(path)} cannot be listed", exception);
        }
    }

    private static TransferException Refused(string path, FileKind kind) =>
        new(
            Reasons.Path,
            $"{Printable.Name(path)} is "
                + kind switch
                {
                    FileKind.Folder => "a folder; only files can be copied",
                    FileKind.SymbolicLink => "a symbolic link; links are not followed",
                    FileKind.Fifo => "a FIFO, not a regular file",
                    FileKind.Socket => "a socket, not a regular file",
                    _ => "a device, not a regular file",
                }
        );

    private static TransferException Failed(string path) => new(Reasons.Local, $"{Printable.Name(path)}: {LastError()}");

    /// <summary>A hidden name derived from the final one, within the 255 bytes of a file name.</summary>
    private static string TemporaryNameFor(string name)
    {
        var start = new StringBuilder();
        var bytes = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > 200)
            {
                break;
            }
            start.Append(rune.ToString());
        }
        return $".{start}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.part";
    }

    /// <summary>Whether <see cref="TemporaryNameFor"/> could have returned the name.</summary>
    private static bool IsTemporaryName(string name) =>
        name.Length > 23
        && name[0] == '.'
        && name.EndsWith(".part", StringComparison.Ordinal)
        && name[^22] == '.'
        && name[^21..^5].All(char.IsAsciiHexDigitLower);

    private sealed record OpenFolder(string Path, SafeFileHandle Descriptor);
}
