using SshMqttBridge.Common;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Hosting;

/// <summary>The folder of the bridge's own files, locked by one bridge at a time. Readable by its owner only.</summary>
/// <remarks>
/// On a read-only disk the bridge starts with an existing lock file. Without one, no file of the folder may be used
/// (<see cref="Obstacle"/>) until the lock can be created, so that two bridges never write to one journal. If the user lacks
/// permission, which does not change by itself, the bridge does not start.
/// </remarks>
internal sealed class StateDirectory : IDisposable
{
    /// <summary>EAGAIN: another process holds the lock.</summary>
    private const int HeldByAnother = 11;

    private readonly string _path;
    private readonly Lock _gate = new();
    private FileStream? _lock;
    private FileStatus? _lockStatus;

    /// <summary>Creates the folder if necessary, and locks it.</summary>
    /// <exception cref="StateDirectoryException">Another bridge uses it, or it cannot be used.</exception>
    public StateDirectory(string path)
    {
        _path = path;
        try
        {
            OwnerOnly.CreateFolder(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException($"The state directory {path} cannot be used: {exception.Message}", exception);
        }

        switch (TryLock())
        {
            case { HResult: HeldByAnother } held:
                throw new StateDirectoryException(InUse, held);
            case UnauthorizedAccessException denied:
                throw new StateDirectoryException(
                    $"The state directory {path} cannot be written by the user that the bridge runs as, {Environment.UserName}: "
                        + $"give it to that user (chown), or name another (stateDirectory). {denied.Message}",
                    denied
                );
        }
    }

    public string JournalFile => Path.Combine(_path, "journal.db");
    public string KnownHostsFile => KnownHosts.FileIn(_path);

    /// <summary>The file with the token of the web console.</summary>
    public string ConsoleTokenFile => Path.Combine(_path, "web-console-token");

    /// <summary>The discovery topics that an earlier run published, so that stale ones can be removed.</summary>
    public string DiscoveryFile => Path.Combine(_path, "home-assistant.json");

    /// <summary>The retained topics that an earlier run published, so that stale ones can be removed.</summary>
    public string RetainedTopicsFile => Path.Combine(_path, "retained-topics.json");

    private string LockFile => Path.Combine(_path, "lock");
    private string InUse => $"Another bridge uses the state directory {_path}; give each its own (stateDirectory).";

    /// <summary>
    /// Returns a sentence that explains why the files of the folder must not be used now; null: they may be used. Tries again to
    /// lock the folder if that has failed before, or if the folder was removed or replaced. Thread-safe.
    /// </summary>
    public string? Obstacle() =>
        TryLock() switch
        {
            null => null,
            { HResult: HeldByAnother } => InUse,
            { } exception => $"The state directory {_path} cannot be used: {exception.Message}",
        };

    public void Dispose()
    {
        lock (_gate)
        {
            _lock?.Dispose();
        }
    }

    private Exception? TryLock()
    {
        lock (_gate)
        {
            if (_lock is not null && FileIdentity.IsSame(LockFile, _lockStatus))
            {
                return null;
            }

            _lock?.Dispose();
            _lock = null;
            try
            {
                Lock(FileAccess.ReadWrite);
                return null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return exception.HResult == HeldByAnother || !File.Exists(LockFile) ? exception : TryLockReadOnly();
            }
        }
    }

    private Exception? TryLockReadOnly()
    {
        try
        {
            Lock(FileAccess.Read);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception;
        }
    }

    private void Lock(FileAccess access)
    {
        _lock = Open(access);
        _lockStatus = FileIdentity.Of(LockFile);
    }

    private FileStream Open(FileAccess access)
    {
        var options = new FileStreamOptions
        {
            Mode = access == FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate,
            Access = access,
            Share = FileShare.None,
        };
        if (access != FileAccess.Read)
        {
            options.UnixCreateMode = OwnerOnly.FileMode;
        }

        return new FileStream(LockFile, options);
    }
}
