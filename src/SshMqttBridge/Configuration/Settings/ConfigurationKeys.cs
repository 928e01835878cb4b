using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// The keys of all sections, from the tables of their settings. An environment variable may name each of them, and the
/// documentation must mention it.
/// </summary>
internal static class ConfigurationKeys
{
    public const string Servers = "servers";

    /// <summary>Of a server, and of the defaults.</summary>
    public static IReadOnlyList<string> Server => ServerSettings.Table.Keys;

    /// <summary>Of a server's algorithms.</summary>
    public static IReadOnlyList<string> AlgorithmKeys => AlgorithmSettings.Table.Keys;

    public static IReadOnlyList<string> Action => ActionSettings.Table.Keys;

    /// <summary>Of an action's parameter.</summary>
    public static IReadOnlyList<string> Parameter => ParameterSettings.Table.Keys;

    /// <summary>Of an action's schedule.</summary>
    public static IReadOnlyList<string> ScheduleKeys => ScheduleSettings.Table.Keys;

    /// <summary>The sections by their paths, except those of the servers, whose paths contain ids.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Sections { get; } =
        SectionsOf("", TopSettings.Table).ToDictionary(StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> SectionsOf(string path, SettingTable table) =>
        table
            .Settings.OfType<SectionSetting>()
            .SelectMany(section => SectionsOf(ConfigurationPath.Join(path, section.Name), section.Table))
            .Prepend(new(path, table.Keys));
}
