namespace SshMqttBridge.Tests.Unit.Transfers;

/// <summary>A base directory and a server's home, both temporary, and a file outside that must never change.</summary>
internal sealed class Folders : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public Folders()
    {
        Local = _root["local"];
        Home = _root["home"];
        Outside = _root["outside"];
        Directory.CreateDirectory(Home);
        Directory.CreateDirectory(Outside);
        Base = new SshMqttBridge.Transfers.BaseDirectory(Local);
    }

    public SshMqttBridge.Transfers.BaseDirectory Base { get; }
    public string Local { get; }
    public string Home { get; }
    public string Outside { get; }

    public string InLocal(string name) => Path.Combine(Local, name);

    public string InHome(string name) => Path.Combine(Home, name);

    /// <summary>Writes a file with content that has no pattern, and gives the content back.</summary>
    public static byte[] Write(string path, int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        File.WriteAllBytes(path, content);
        return content;
    }

    /// <summary>The names of everything in a folder, hidden or not.</summary>
    public static string[] NamesIn(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Base.Dispose();
        _root.Dispose();
    }
}
