using System.Text;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh;

/// <summary>
/// The lines of a known hosts file. Unchanged lines are written back byte for byte, also invalid ones. Not thread-safe.
/// </summary>
internal sealed class KnownHostsFile
{
    private const int MaximumBytes = 16 << 20;
    private readonly string _path;

    private KnownHostsFile(string path, List<RawLine> lines)
    {
        _path = path;
        Lines = lines;
    }

    public List<RawLine> Lines { get; }

    /// <summary>Reads the file; one that does not exist is empty.</summary>
    /// <exception cref="IOException">The file cannot be read; the message names it.</exception>
    public static KnownHostsFile Read(string path)
    {
        if (!SmallFile.TryRead(path, MaximumBytes, out var file, out var problem))
        {
            return File.Exists(path) || Directory.Exists(path)
                ? throw new IOException($"{path} {problem}")
                : new KnownHostsFile(path, []);
        }

        return file.Whole
            ? new KnownHostsFile(path, Split(file.Content))
            : throw new IOException($"{path} exceeds the {MaximumBytes >> 20} MiB limit");
    }

    /// <summary>Replaces the file atomically: after a crash it is the old or the new one. Only its owner may read it.</summary>
    /// <param name="createsFolder">Whether to create the folder if it does not exist.</param>
    /// <exception cref="IOException">The file cannot be written; the message names it.</exception>
    public void Write(bool createsFolder)
    {
        var temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
        try
        {
            if (createsFolder)
            {
                OwnerOnly.CreateFolder(Path.GetDirectoryName(_path)!);
            }

            using (var stream = new FileStream(temporary, OwnerOnly.Options(FileMode.CreateNew, FileShare.Read)))
            {
                foreach (var line in Lines)
                {
                    stream.Write(line.Bytes);
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, _path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new IOException($"{_path} cannot be written: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    /// <summary>Adds a line after the last one, which gets a line end if it has none.</summary>
    public void Add(string line)
    {
        if (Lines is [.., var last] && last.Bytes is not [.., (byte)'\n'])
        {
            Lines[^1] = new RawLine([.. last.Bytes, (byte)'\n']);
        }

        Lines.Add(new RawLine(Encoding.UTF8.GetBytes(line + "\n")));
    }

    private static List<RawLine> Split(ReadOnlySpan<byte> content)
    {
        var lines = new List<RawLine>();
        while (!content.IsEmpty)
        {
            var end = content.IndexOf((byte)'\n');
            var length = end < 0 ? content.Length : end + 1;
            lines.Add(new RawLine(content[..length].ToArray()));
            content = content[length..];
        }

        return lines;
    }
}

/// <summary>A line as it is in the file, with its line end if it has one.</summary>
internal readonly record struct RawLine(byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);
}
