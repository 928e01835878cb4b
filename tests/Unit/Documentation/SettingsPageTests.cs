using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Tests.Unit.Documentation;

/// <summary>
/// The tables of docs/configuration.md must be those of the settings: the keys in their order, their types with ranges and
/// choices, and their defaults.
/// </summary>
public sealed class SettingsPageTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "configuration.md"));

    /// <summary>By heading, and the number of the table under it.</summary>
    private static readonly Dictionary<(string Heading, int Number), SettingTable> Tables = new()
    {
        [("## Top level", 0)] = TopSettings.Table,
        [("## `mqtt`", 0)] = MqttSettings.Table,
        [("### `mqtt.tls`", 0)] = TlsSettings.Table,
        [("## `files`", 0)] = FilesSettings.Table,
        [("## `audit`", 0)] = AuditSettings.Table,
        [("## `homeAssistant`", 0)] = HomeAssistantSettings.Table,
        [("## `webConsole`", 0)] = WebConsoleSettings.Table,
        [("## `group`", 0)] = GroupSettings.Table,
        [("### `group.etcd`", 0)] = EtcdSettings.Table,
        [("## A server", 0)] = ServerSettings.Table,
        [("### `actions`: named commands", 0)] = ActionSettings.Table,
        [("### `actions`: named commands", 1)] = ParameterSettings.Table,
        [("### `actions`: named commands", 2)] = ScheduleSettings.Table,
        [("### `actions`: named commands", 3)] = SensorSettings.Table,
        [("### `algorithms`", 0)] = AlgorithmSettings.Table,
    };

    public static IEnumerable<object[]> Places => Tables.Keys.Select(place => new object[] { place.Heading, place.Number });

    [Theory]
    [MemberData(nameof(Places))]
    public void Page_GivenATable_ShouldHaveARowForEachSettingInItsOrder(string heading, int number) =>
        RowsOf(heading, number).Select(row => row[0]).ShouldBe(Tables[(heading, number)].Keys.Select(key => $"`{key}`"));

    [Theory]
    [MemberData(nameof(Places))]
    public void Page_GivenATable_ShouldHaveTheTypesAndDefaults(string heading, int number)
    {
        var rows = RowsOf(heading, number).Select(row => (row[0], row[1], DefaultOf(heading, row)));

        rows.ShouldBe(
            Tables[(heading, number)]
                .Settings.Select(setting => ($"`{setting.Name}`", setting.TypeText, DefaultOf(heading, setting)))
        );
    }

    private static IReadOnlyList<string[]> RowsOf(string heading, int number)
    {
        var start = Array.IndexOf(Lines, heading);
        start.ShouldBeGreaterThanOrEqualTo(0, $"there is no heading '{heading}'");
        var section = Lines.Skip(start + 1).TakeWhile(line => !IsHeading(line)).ToList();
        var header = Enumerable
            .Range(0, section.Count)
            .Where(index => section[index] == "| key | type | default | |")
            .ElementAt(number);
        return
        [
            .. section
                .Skip(header + 2)
                .TakeWhile(line => line.StartsWith('|'))
                .Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray()),
        ];
    }

    private static bool IsHeading(string line) => line.StartsWith('#') && line.TrimStart('#').StartsWith(' ');

    // The page names the algorithms, the schema does not: which of them comes first depends on the processor.
    private static string DefaultOf(string heading, string[] row) => heading == "### `algorithms`" ? "" : row[2];

    private static string DefaultOf(string heading, Setting setting) => heading == "### `algorithms`" ? "" : setting.DefaultText;
}
