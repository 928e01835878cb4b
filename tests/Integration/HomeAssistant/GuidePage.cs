using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SshMqttBridge.Configuration;
using SshMqttBridge.Configuration.Reading;
using SshMqttBridge.HomeAssistant;

namespace SshMqttBridge.Tests.Integration.HomeAssistant;

/// <summary>docs/home-assistant.md, taken apart.</summary>
internal static partial class GuidePage
{
    private const int MostMilliseconds = 30_000;

    private static readonly string Docs = Path.Combine(Repository.Root, "docs");

    public static string Text { get; } = File.ReadAllText(Path.Combine(Docs, "home-assistant.md"));

    public static string Picture { get; } = File.ReadAllText(Path.Combine(Docs, "images", "home-assistant.svg"));

    /// <summary>Its snippets of YAML, of which the first is the bridge's configuration.</summary>
    public static IReadOnlyList<string> Snippets { get; } = [.. Yaml().Matches(Text).Select(match => match.Groups["yaml"].Value)];

    /// <summary>The configuration that the page is about.</summary>
    public static BridgeOptions Options { get; } = Load(Snippets[0]);

    public static IReadOnlyList<DeviceConfig> Devices { get; } = Unit.HomeAssistant.Options.DevicesOf(Options);

    /// <summary>The ids of all entities, with those that exist only in a group.</summary>
    public static IReadOnlyList<string> Entities { get; } =
    [
        .. Unit
            .HomeAssistant.Options.DevicesOf(Options with { Group = new GroupOptions { Instance = "pi-1" } })
            .SelectMany(device => device.Components)
            .Select(component => (string)component.Options["default_entity_id"]!),
    ];

    /// <summary>All texts in it that are ids of the bridge's entities.</summary>
    public static IEnumerable<string> EntitiesIn(string text) => EntityId().Matches(text).Select(match => match.Value);

    /// <summary>The rows of the picture: platform, name, arrow and topic of each entity.</summary>
    public static IEnumerable<(string Platform, string Name, string Arrow, string Topic)> Rows() =>
        Row()
            .Matches(Picture)
            .Select(match =>
                (
                    match.Groups["platform"].Value,
                    match.Groups["name"].Value,
                    match.Groups["arrow"].Value,
                    match.Groups["topic"].Value
                )
            );

    /// <summary>All texts of a document, with their keys.</summary>
    public static IEnumerable<(string Key, string Text)> TextsOf(JsonNode? node, string key = "") =>
        node switch
        {
            JsonObject mapping => mapping.SelectMany(pair => TextsOf(pair.Value, pair.Key)),
            JsonArray list => list.SelectMany(item => TextsOf(item, key)),
            JsonValue value when value.TryGetValue<string>(out var text) => [(key, text)],
            _ => [],
        };

    private static BridgeOptions Load(string yaml)
    {
        using var folder = new TemporaryFolder();
        folder.Write(".ssh/id_ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
        var loaded = ConfigurationLoader.Load(
            folder.Write("bridge.yaml", yaml),
            new Dictionary<string, string?> { ["HOME"] = folder.Path }
        );
        loaded.Faults.ShouldBeEmpty();
        return loaded.Options.ShouldNotBeNull();
    }

    [GeneratedRegex("(?ms)^```yaml\n(?<yaml>.*?)^```$", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex Yaml();

    [GeneratedRegex(
        @"\b(binary_sensor|sensor|event|notify|button|switch|number|select|text)\.ssh_[a-z0-9_]+(?![a-z0-9_<…])",
        RegexOptions.ExplicitCapture,
        MostMilliseconds
    )]
    private static partial Regex EntityId();

    [GeneratedRegex(
        """(?s)class="platform"[^>]*>(?<platform>[^<]*)<.*?class="entity"[^>]*>(?<name>[^<]*)<.*?class="arrow"[^>]*>(?<arrow>[^<]*)<.*?class="topic"[^>]*>(?<topic>[^<]*)<""",
        RegexOptions.ExplicitCapture,
        MostMilliseconds
    )]
    private static partial Regex Row();
}
