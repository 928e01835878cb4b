namespace SshMqttBridge.Audit;

/// <summary>
/// A file that lines are appended to; grown too large, it is put aside as <c>NAME.1</c> and the older ones move on. Readable by its owner only. Not thread-safe.
/// </summary>
/// <remarks>The file is opened anew after a second, so that another program may rename it, cut it off or delete it at any time.</remarks>
/// <param name="path">The file.</param>
/// <param name="maximumBytes">What it may hold; a single line may be longer.</param>
/// <param name="kept">How many files put aside are kept.</param>
/// <param name="time">The clock.</param>
internal sealed class RotatingFile(string path, long maximumBytes, int kept, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan HeldOpen = TimeSpan.FromSeconds(1);

    private FileStream? _file;
    private long _openedAt;

    /// <summary>Appends a line, whole or not at all. It is with the operating system when this returns.</summary>
    /// <param name="line">With its line end.</param>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Append(ReadOnlySpan<byte> line)
    {
        var file = Open();
        if (file.CanSeek && file.Length > 0 && file.Length + line.Length > maximumBytes)
        {
            Rotate();
            file = Open();
        }

        if (!file.CanSeek)
        {
            file.Write(line); // A device, such as /dev/stdout.
            return;
        }

        var end = file.Seek(0, SeekOrigin.End);
        try
        {
            file.Write(line);
        }
        catch (IOException)
        {
            CutOff(end);
            throw;
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private FileStream Open()
    {
        if (_file is not null && time.GetElapsedTime(_openedAt) < HeldOpen)
        {
            return _file;
        }

        Dispose();
        _openedAt = time.GetTimestamp();
        return _file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
    }

    private void Rotate()
    {
        Dispose();
        for (var i = kept - 1; i >= 1; i--)
        {
            if (File.Exists($"{path}.{i}"))
            {
                File.Move($"{path}.{i}", $"{path}.{i + 1}", overwrite: true);
            }
        }

        File.Move(path, $"{path}.1", overwrite: true);
    }

    /// <summary>Removes the part of a line that a full disk took: the next one begins a line of its own.</summary>
    private void CutOff(long end)
    {
        try
        {
            _file?.SetLength(end);
        }
        catch (IOException)
        {
            // Nothing more can be done.
        }

        Dispose();
    }
}
