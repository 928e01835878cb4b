using SshMqttBridge.Configuration;
using SshMqttBridge.Configuration.Reading;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

/// <summary>A folder of its own with a bridge.yaml in it, gone with the test.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    /// <summary>The least that is a configuration.</summary>
    public const string Minimal = """
        servers:
          nas:
            host: 192.0.2.10
            user: admin

        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bridge-configuration-");

    public string Path => _directory.FullName;
    public string File => Name("bridge.yaml");
    public Dictionary<string, string?> Environment { get; } = [];

    public string Name(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file that only its owner may read.</summary>
    public string Write(string name, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        System.IO.File.WriteAllText(Name(name), content);
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(Name(name), mode);
        }

        return Name(name);
    }

    public LoadedConfiguration Load(string yaml)
    {
        Write("bridge.yaml", yaml);
        return ConfigurationLoader.Load(File, Environment);
    }

    public LoadedConfiguration Load(byte[] yaml)
    {
        System.IO.File.WriteAllBytes(File, yaml);
        return ConfigurationLoader.Load(File, Environment);
    }

    public BridgeOptions LoadGood(string yaml)
    {
        var loaded = Load(yaml);
        loaded.Faults.ShouldBeEmpty();
        return loaded.Options.ShouldNotBeNull();
    }

    /// <summary>Loads what has exactly one fault.</summary>
    public ConfigurationFault LoadFault(string yaml)
    {
        var loaded = Load(yaml);
        loaded.Options.ShouldBeNull();
        return loaded.Faults.ShouldHaveSingleItem();
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
