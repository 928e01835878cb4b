using YamlDotNet.RepresentationModel;

namespace SshMqttBridge.Tests.Integration.Containers;

/// <summary>A service of <c>docker-compose.yml</c>, reduced to what describes its container.</summary>
internal sealed record ComposeService
{
    /// <summary>
    /// What the tests decide themselves: they build, order, publish, start and stop, and wait for what they observe.
    /// </summary>
    private static readonly string[] Ignored =
    [
        "build",
        "container_name",
        "depends_on",
        "healthcheck",
        "logging",
        "networks",
        "ports",
        "restart",
        "stop_grace_period",
    ];

    public required string Name { get; init; }

    /// <summary>Null: it is built.</summary>
    public string? Image { get; init; }

    /// <summary>Empty: the image's.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];
    public string? User { get; init; }
    public bool Init { get; init; }
    public bool ReadOnly { get; init; }
    public IReadOnlyList<string> CapDrop { get; init; } = [];
    public IReadOnlyList<string> CapAdd { get; init; } = [];
    public IReadOnlyList<string> SecurityOpt { get; init; } = [];
    public IReadOnlyList<string> Tmpfs { get; init; } = [];
    public IReadOnlyDictionary<string, string> Environment { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
    public IReadOnlyList<ComposeVolume> Volumes { get; init; } = [];

    /// <exception cref="NotSupportedException">It has a setting that the tests would not apply.</exception>
    public static ComposeService Read(string name, YamlMappingNode node)
    {
        ComposeService service = new() { Name = name };
        foreach ((var key, var value) in node.Children)
        {
            service = Scalar(key) switch
            {
                "image" => service with { Image = Scalar(value) },
                "command" => service with { Command = List(value) },
                "user" => service with { User = Scalar(value) },
                "init" => service with { Init = bool.Parse(Scalar(value)) },
                "read_only" => service with { ReadOnly = bool.Parse(Scalar(value)) },
                "cap_drop" => service with { CapDrop = List(value) },
                "cap_add" => service with { CapAdd = List(value) },
                "security_opt" => service with { SecurityOpt = List(value) },
                "tmpfs" => service with { Tmpfs = List(value) },
                "environment" => service with { Environment = Map(value) },
                "volumes" => service with { Volumes = [.. List(value).Select(ComposeVolume.Parse)] },
                var other when Ignored.Contains(other) => service,
                var other => throw new NotSupportedException(
                    $"docker-compose.yml, services.{name}.{other}: the tests of the containers do not know this key yet; see ComposeService"
                ),
            };
        }

        return service;
    }

    private static string Scalar(YamlNode node) => ((YamlScalarNode)node).Value ?? "";

    private static string[] List(YamlNode node) => node is YamlSequenceNode list ? [.. list.Select(Scalar)] : [Scalar(node)];

    private static Dictionary<string, string> Map(YamlNode node) =>
        node is YamlMappingNode map
            ? map.Children.ToDictionary(pair => Scalar(pair.Key), pair => Scalar(pair.Value), StringComparer.Ordinal)
            : List(node)
                .Select(line => line.Split('=', 2))
                .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
