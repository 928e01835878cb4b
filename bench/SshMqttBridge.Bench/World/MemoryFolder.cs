namespace SshMqttBridge.Bench.World;

/// <summary>A folder in memory, so that no disk is measured. Removed at the end.</summary>
internal sealed class MemoryFolder : IDisposable
{
    private const int LineLength = 80;

    private readonly DirectoryInfo _folder = Directory.CreateDirectory(
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"ssh-mqtt-bridge-{Guid.NewGuid():N}")
    );

    public string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>Writes lines of 80 characters.</summary>
    /// <returns>The file's path.</returns>
    public string WriteText(string name, int bytes)
    {
        var block = Block(1 << 20);
        using var file = File.Create(this[name]);
        for (var left = bytes; left > 0; left -= Math.Min(left, block.Length))
        {
            file.Write(block, 0, Math.Min(left, block.Length));
        }

        return this[name];
    }

    /// <summary>Writes numbered lines.</summary>
    /// <returns>The file's path.</returns>
    public string WriteLines(string name, int count)
    {
        File.WriteAllLines(this[name], Enumerable.Range(0, count).Select(number => $"line {number}"));
        return this[name];
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static byte[] Block(int bytes)
    {
        var block = new byte[bytes];
        for (var i = 0; i < bytes; i++)
        {
            block[i] = i % LineLength == LineLength - 1 ? (byte)'\n' : (byte)('a' + (i % 26));
        }

        return block;
    }
}
