namespace SshMqttBridge.Tests.Unit.Ssh;

/// <summary>A folder of its own, gone with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bridge-ssh-");

    public string Path => _directory.FullName;

    public string Name(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string content)
    {
        File.WriteAllText(Name(name), content);
        return Name(name);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
