using YamlDotNet.RepresentationModel;

namespace SshMqttBridge.Tests.Integration.Containers;

/// <summary>The repository's <c>docker-compose.yml</c>: the tests start exactly these services.</summary>
internal sealed class ComposeFile
{
    private readonly YamlMappingNode _services;

    private ComposeFile(YamlMappingNode services) => _services = services;

    /// <summary>A service by its name.</summary>
    public ComposeService this[string name] => ComposeService.Read(name, (YamlMappingNode)_services[name]);

    public static ComposeFile Read()
    {
        using var text = File.OpenText(Path.Combine(Repository.Root, "docker-compose.yml"));
        YamlStream yaml = [];
        yaml.Load(text);
        return new((YamlMappingNode)yaml.Documents[0].RootNode["services"]);
    }
}
