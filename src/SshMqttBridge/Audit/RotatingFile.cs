using SshMqttBridge.Common;

namespace SshMqttBridge.Audit;

/// <summary>
/// A log file with rotation: a file that would become too large is renamed to <c>NAME.1</c>, after the older ones are renamed.
/// Only its owner can read it. Not thread-safe.
/// </summary>
/// <remarks>Reopens the file after a second, so that another program may rename, truncate or delete it at any time.</remarks>
/// <param name="path">The file.</param>
/// <param name="maximumBytes">The size that causes a rotation; a single line may be longer.</param>
/// <param name="kept">The number of rotated files that are kept.</param>
/// <param name="time">The clock.</param>
internal sealed class RotatingFile(string path, long maximumBytes, int kept, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ReopenAfter = TimeSpan.FromSeconds(1);

    private FileStream? _file;
    private long _openedAt;

    /// <summary>Appends a line completely or not at all, without a buffer in the process.</summary>
    /// <param name="line">Includes the line end.</param>
    /// <exception cref="IOException">The line could not be written.</exception>
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
            TruncateTo(end);
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
        if (_file is not null && time.GetElapsedTime(_openedAt) < ReopenAfter)
        {
            return _file;
        }

        Dispose();
        _openedAt = time.GetTimestamp();
        var options = OwnerOnly.Options(FileMode.OpenOrCreate, FileShare.ReadWrite | FileShare.Delete);
        options.BufferSize = 0;
        return _file = new FileStream(path, options);
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

    /// <summary>Removes a partly written line, for example after the disk was full.</summary>
    private void TruncateTo(long end)
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
