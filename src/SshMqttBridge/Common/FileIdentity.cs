using Microsoft.Win32.SafeHandles;

namespace SshMqttBridge.Common;

/// <summary>Tells whether a path still leads to the same file.</summary>
internal static class FileIdentity
{
    /// <summary>AT_FDCWD: the working directory.</summary>
    private static readonly SafeFileHandle WorkingDirectory = new(-100, ownsHandle: false);

    /// <returns>The status of the file; null: there is none, or it cannot be reached.</returns>
    public static FileStatus? Of(string path) =>
        NativeMethods.StatX(WorkingDirectory, path, 0, NativeMethods.StatXBasicStats, out var status) == 0 ? status : null;

    /// <summary>Whether the path leads to the file that had this status.</summary>
    public static bool IsSame(string path, FileStatus? earlier) =>
        earlier is { } then && Of(path) is { } now && now.IsSameAs(then);
}
