using SshMqttBridge.Ssh;

namespace SshMqttBridge.Results;

/// <summary>The folder of the bridge's own files, held by one bridge at a time. Readable by its owner only.</summary>
internal sealed class StateDirectory : IDisposable
{
    readonly string _path;
    readonly FileStream _lock;

    /// <summary>Makes the folder if need be and takes hold of it.</summary>
    /// <exception cref="StateDirectoryException">Another bridge holds it, or it cannot be used.</exception>
    public StateDirectory(string path)
    {
        _path = path;
        try
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            _lock = new FileStream(
                Path.Combine(path, "lock"),
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
        }
        catch (IOException exception) when (File.Exists(Path.Combine(path, "lock")))
        {
            throw new StateDirectoryException(
                $"Another bridge uses the state directory {path}; give each its own (stateDirectory).",
                exception
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException($"The state directory {path} cannot be used: {exception.Message}", exception);
        }
    }

    public string JournalFile => Path.Combine(_path, "journal.db");
    public string KnownHostsFile => KnownHosts.FileIn(_path);

    public void Dispose() => _lock.Dispose();
}
