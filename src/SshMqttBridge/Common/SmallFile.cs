using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SshMqttBridge.Common;

/// <summary>
/// The content of a file named by a user: a configuration, a secret or a key. Reading it neither hangs nor exhausts the memory,
/// whatever the file is.
/// </summary>
/// <param name="Content">The whole file, or its beginning.</param>
/// <param name="Whole">Whether the content is the whole file.</param>
/// <param name="IsExposed">Whether other users may read the file: see <see cref="FileStatus.IsExposed"/>.</param>
internal sealed record SmallFile(byte[] Content, bool Whole, bool IsExposed)
{
    /// <summary>Reads up to <paramref name="limitBytes"/> of a regular file.</summary>
    /// <param name="problem">The reason, as it follows the name of the file: <c>does not exist</c>.</param>
    public static bool TryRead(
        string path,
        int limitBytes,
        [NotNullWhen(true)] out SmallFile? file,
        [NotNullWhen(false)] out string? problem
    )
    {
        file = null;
        problem = null;
        try
        {
            if (Directory.Exists(path))
            {
                problem = "is a folder, not a file";
                return false;
            }

            using var handle = Open(path, out var error);
            if (handle is null)
            {
                problem = error;
                return false;
            }

            // Throws for a FIFO, a socket and a terminal.
            _ = RandomAccess.GetLength(handle);
            file = Read(handle, limitBytes, IsExposedFile(handle));
            return true;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = Missing;
        }
        catch (UnauthorizedAccessException)
        {
            problem = Forbidden;
        }
        catch (NotSupportedException)
        {
            problem = "is not a regular file";
        }
        catch (Exception exception) when (exception is IOException or ArgumentException)
        {
            problem = Unreadable(exception.Message);
        }

        return false;
    }

    private static bool IsExposedFile(SafeFileHandle handle) =>
        OperatingSystem.IsLinux()
        && NativeMethods.StatX(handle, "", NativeMethods.AtEmptyPath, NativeMethods.StatXBasicStats, out var status) == 0
        && status.IsExposed;

    private static SmallFile Read(SafeFileHandle handle, int limitBytes, bool isExposed)
    {
        // Not by the length: files in /proc report 0, and a file may grow.
        using var content = new MemoryStream();
        var buffer = new byte[Math.Min(limitBytes + 1, 64 * 1024)];
        while (content.Length <= limitBytes)
        {
            var count = RandomAccess.Read(handle, buffer, content.Length);
            if (count == 0)
            {
                return new SmallFile(content.ToArray(), true, isExposed);
            }

            content.Write(buffer, 0, count);
        }

        return new SmallFile(content.ToArray()[..limitBytes], false, isExposed);
    }

    private const string Missing = "does not exist";

    private static string Forbidden => $"cannot be read by the user {Environment.UserName}: permission denied";

    private static string Unreadable(string why) => "cannot be read: " + why.TrimEnd('.');

    /// <summary>
    /// Reports a failure without an exception: each attempt to connect looks for a file that usually does not exist.
    /// </summary>
    private static SafeFileHandle? Open(string path, out string problem)
    {
        problem = "";
        if (!OperatingSystem.IsLinux())
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        var handle = NativeMethods.Open(path, OpenFlags.ReadThroughLinks);
        if (!handle.IsInvalid)
        {
            return handle;
        }

        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        problem = error switch
        {
            NativeMethods.NoSuchFile or NativeMethods.NotAFolder => Missing,
            NativeMethods.PermissionDenied => Forbidden,
            _ => Unreadable(new Win32Exception(error).Message),
        };
        return null;
    }
}
