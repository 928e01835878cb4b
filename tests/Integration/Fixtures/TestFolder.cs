namespace SshMqttBridge.Tests.Integration.Fixtures;

/// <summary>A new folder for one test, readable by its owner only, deleted at the end.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Root = Directory.CreateTempSubdirectory("ssh-mqtt-bridge-").FullName;

    public string Root { get; }

    public string this[string name] => Path.Combine(Root, name);

    /// <summary>Writes a file that only its owner may read.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        var path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        SetMode(path, 0b110_000_000);
        return path;
    }

    /// <summary>Lets every user read a file that lies directly in the folder, if he knows its name.</summary>
    public void Share(string name)
    {
        SetMode(Root, 0b111_001_001);
        SetMode(this[name], 0b110_100_100);
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // A process that is just ending may still write; the system's temporary folder is cleaned anyway.
        }
    }

    private static void SetMode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)mode);
        }
    }
}
