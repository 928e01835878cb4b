namespace SshMqttBridge.Tests;

/// <summary>
/// A new folder below the system's temporary one, for its owner only, deleted with its content by <see cref="Dispose"/>.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Path { get; } = Directory.CreateTempSubdirectory("ssh-mqtt-bridge-").FullName;

    /// <summary>The path of something in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>
    /// Writes a file that only its owner may read, unless <paramref name="mode"/> is given, and creates its folder.
    /// </summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text, UnixFileMode mode = OwnerOnly)
    {
        var path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    /// <summary>Lets every user read a file directly in the folder by its name.</summary>
    public void Share(string name)
    {
        File.SetUnixFileMode(Path, OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(this[name], OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <summary>Deletes the folder; a process that is just ending may still write into it for a moment.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    public void Dispose()
    {
        if (!SpinWait.SpinUntil(TryDelete, Patience))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return !Directory.Exists(Path);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
