namespace SshMqttBridge.Common;

/// <summary>Files and folders that only the bridge's own user may read.</summary>
internal static class OwnerOnly
{
    /// <summary>Mode 0600.</summary>
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Mode 0700.</summary>
    public const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    /// <summary>Creates the folder and its missing parents, unless it exists.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder above it may not be written to.</exception>
    public static void CreateFolder(string path) => Directory.CreateDirectory(path, FolderMode);

    /// <summary>Options that open a file for writing, created with mode 0600. A file that exists keeps its mode.</summary>
    public static FileStreamOptions Options(System.IO.FileMode mode, FileShare share = FileShare.None) =>
        new()
        {
            Mode = mode,
            Access = FileAccess.Write,
            Share = share,
            UnixCreateMode = FileMode,
        };

    /// <summary>
    /// Replaces a file atomically, so that a kill leaves the old content or the new one. Writes to a temporary file beside it:
    /// only one writer at a time.
    /// </summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Replace(string path, Action<Stream> write)
    {
        // Overwrites a file left after a crash.
        var temporary = path + ".tmp";
        using (var stream = new FileStream(temporary, Options(System.IO.FileMode.Create)))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
