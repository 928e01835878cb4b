using System.Text.RegularExpressions;
using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Tests.Unit.Documentation;

/// <summary>
/// config/bridge.yaml shows each setting with its default, in a comment or not, and names its range or choices beside it.
/// </summary>
public sealed partial class ExampleFileTests
{
    private const int MostMilliseconds = 30_000;

    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "config", "bridge.yaml"));
    private static readonly Dictionary<string, (string Value, string Comment)> Shown = Read();

    /// <summary>By the path at which the file shows them.</summary>
    private static readonly Dictionary<string, Setting> Settings = new (string Path, SettingTable Table)[]
    {
        ("", TopSettings.Table),
        ("mqtt.", MqttSettings.Table),
        ("mqtt.tls.", TlsSettings.Table),
        ("files.", FilesSettings.Table),
        ("audit.", AuditSettings.Table),
        ("homeAssistant.", HomeAssistantSettings.Table),
        ("webConsole.", WebConsoleSettings.Table),
        ("group.", GroupSettings.Table),
        ("group.etcd.", EtcdSettings.Table),
        ("defaults.", ServerSettings.Table),
        ("defaults.actions.restart.", ActionSettings.Table),
        ("defaults.actions.restart.parameters.note.", ParameterSettings.Table),
    }
        .SelectMany(section => section.Table.Settings.Select(setting => (Key: section.Path + setting.Name, setting)))
        .Where(pair => pair.setting.DefaultJson is not null)
        .ToDictionary(pair => pair.Key, pair => pair.setting);

    public static TheoryData<string> Keys { get; } = new(Settings.Keys);

    [Theory]
    [MemberData(nameof(Keys))]
    public void Example_GivenASettingWithADefault_ShouldShowIt(string key)
    {
        Shown.ShouldContainKey(key);
        Shown[key].Value.ShouldBe(Settings[key].DefaultJson!.ToString());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Example_GivenASettingWithARangeOrChoices_ShouldNameThem(string key)
    {
        var type = Settings[key].TypeText;
        var (value, comment) = Shown[key];

        if (Range().Match(type) is { Success: true } range)
        {
            comment.ShouldContain(range.Value);
        }

        if (Choices().IsMatch(type) && type != SettingTypes.Flag.Text)
        {
            type.Split(", ").Select(word => word.Trim('`')).ShouldAllBe(word => word == value || comment.Contains(word));
        }
    }

    [Fact]
    public void Example_GivenAnEditor_ShouldNameItsSchema() =>
        Lines[0].ShouldBe("# yaml-language-server: $schema=bridge.schema.json");

    /// <summary>
    /// The keys by their paths, those in comments too: after the sign and the space, a comment is indented as the file is.
    /// </summary>
    private static Dictionary<string, (string Value, string Comment)> Read()
    {
        var shown = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        var path = new List<(int Indentation, string Key)>();
        foreach (var match in Lines.Select(line => Line().Match(line)).Where(match => match.Success))
        {
            var indentation = match.Groups["before"].Length + match.Groups["after"].Length;
            path.RemoveAll(parent => parent.Indentation >= indentation);
            path.Add((indentation, match.Groups["key"].Value));
            shown.TryAdd(
                string.Join('.', path.Select(part => part.Key)),
                (match.Groups["value"].Value.Trim('"'), match.Groups["comment"].Value)
            );
        }

        return shown;
    }

    [GeneratedRegex(
        @"^(?<before> *)(# )?(?<after> *)(?<key>\w+):( +(?<value>[^#\s].*?))?( +# (?<comment>.*))?$",
        RegexOptions.ExplicitCapture,
        MostMilliseconds
    )]
    private static partial Regex Line();

    [GeneratedRegex(@"[0-9.]+ to [0-9.]+$", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex Range();

    [GeneratedRegex("^(`[^`]+`(, )?)+$", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex Choices();
}
