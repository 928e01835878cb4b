using SshMqttBridge.Configuration;
using SshMqttBridge.Configuration.Reading;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

/// <summary>A temporary folder with a bridge.yaml in it.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    /// <summary>The smallest valid configuration.</summary>
    public const string Minimal = """
        servers:
          nas:
            host: 192.0.2.10
            user: admin

        """;

    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;
    public string File => Name("bridge.yaml");
    public Dictionary<string, string?> Environment { get; } = [];

    public string Name(string name) => _folder[name];

    /// <summary>Writes a file that only its owner may read.</summary>
    public string Write(string name, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite) =>
        _folder.Write(name, content, mode);

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

    public BridgeOptions LoadWithoutWarnings(string yaml)
    {
        var loaded = Load(yaml);
        loaded.Faults.ShouldBeEmpty();
        loaded.Warnings.ShouldBeEmpty();
        return loaded.Options.ShouldNotBeNull();
    }

    /// <summary>Loads a configuration that has exactly one fault.</summary>
    public ConfigurationFault LoadFault(string yaml)
    {
        var loaded = Load(yaml);
        loaded.Options.ShouldBeNull();
        return loaded.Faults.ShouldHaveSingleItem();
    }

    public void Dispose() => _folder.Dispose();
}
