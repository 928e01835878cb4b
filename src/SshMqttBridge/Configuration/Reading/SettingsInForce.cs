using System.Text.RegularExpressions;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>
/// Keeps the file and the environment variables as they were read, because most settings have their defaults, and describes them
/// on demand.
/// </summary>
/// <param name="file">The absolute path of the file.</param>
/// <param name="root">The file with the environment variables; it must be valid.</param>
/// <param name="servers">Read from the same.</param>
internal sealed partial class SettingsInForce(string file, MappingNode root, IReadOnlyList<ServerOptions> servers)
    : ISettingsInForce
{
    // Without faults, because the configuration is valid.
    private readonly ReadingContext _context = new(new ConfigurationDiagnostics(), Path.GetDirectoryName(file)!, "");

    public string File => file;

    public IReadOnlyList<SectionInForce> OfBridge()
    {
        List<SectionInForce> sections = [];
        Add(sections, Top(), TopSettings.Table, except: TopSettings.Defaults);
        return sections;
    }

    public IReadOnlyList<SectionInForce>? OfServer(string id)
    {
        if (servers.FirstOrDefault(server => server.Id == id) is not { } options)
        {
            return null;
        }

        var defaults = Layer("", root, TopSettings.Defaults.Name);
        var own = Layer(TopSettings.Servers.Name, Layer("", root, TopSettings.Servers.Name).Values, id);
        List<SectionInForce> sections = [];
        Add(sections, new SectionReader(_context, ServerSettings.Table, own, defaults), ServerSettings.Table);
        foreach (var action in options.Actions)
        {
            Add(sections, own, defaults, action.Name);
        }

        return sections;
    }

    private SectionReader Top() => new(_context, TopSettings.Table, new SectionLayer("", root));

    /// <summary>Adds an action: the server's own, otherwise that of the defaults.</summary>
    private void Add(List<SectionInForce> sections, SectionLayer own, SectionLayer defaults, string action)
    {
        var layer = new[] { own, defaults }
            .Select(layer => Layer(layer.Path, layer.Values, ServerSettings.Actions.Name))
            .First(actions => actions.Values.TryGet(action, out _));
        layer.Values.TryGet(action, out var node);
        var values =
            node is ScalarNode
                ? MappingNode.Empty.With(ActionSettings.Command.Name, node)
                : node as MappingNode ?? MappingNode.Empty;
        SectionLayer place = new(ConfigurationPath.Join(layer.Path, action), values);
        Add(sections, new SectionReader(_context, ActionSettings.Table, place), ActionSettings.Table);
        var parameters = Layer(place.Path, values, ActionSettings.Parameters.Name);
        foreach (var parameter in parameters.Values.Entries)
        {
            var section = Layer(parameters.Path, parameters.Values, parameter.Key);
            Add(sections, new SectionReader(_context, ParameterSettings.Table, section), ParameterSettings.Table);
        }
    }

    /// <summary>Adds a section, and those in it after it.</summary>
    private static void Add(List<SectionInForce> sections, SectionReader reader, SettingTable table, Setting? except = null)
    {
        var single = table.Settings.Where(setting => setting is not MapSetting && !IsSection(reader, setting)).ToList();
        sections.Add(new SectionInForce(reader.Path, [.. single.Select(setting => Describe(reader, setting))]));
        foreach (var section in table.Settings.OfType<SectionSetting>().Except(single).Where(section => section != except))
        {
            Add(sections, reader.Section((SectionSetting)section), ((SectionSetting)section).Table);
        }
    }

    /// <summary>Whether it is a section. Some have a short form, a single value: <c>schedule: 1h</c>.</summary>
    private static bool IsSection(SectionReader reader, Setting setting) =>
        setting is SectionSetting && reader.Find(setting) is not { Node: ScalarNode { IsNull: false } };

    private static SettingInForce Describe(SectionReader reader, Setting setting)
    {
        var isConfidential = setting.IsConfidential || setting is OptionalSetting<Secret>;
        if (reader.Find(setting) is not var (path, node))
        {
            var value = setting.DefaultText.Replace("`", "", StringComparison.Ordinal);
            return new SettingInForce(setting.Name, value, ValueSource.Default, null) { Description = setting.Description };
        }

        var isDefaults = path.StartsWith(TopSettings.Defaults.Name + ".", StringComparison.Ordinal);
        var source = node switch
        {
            ScalarNode { FromEnvironment: true } => ValueSource.Environment,
            _ when isDefaults => ValueSource.FileDefaults,
            _ => ValueSource.File,
        };
        return new SettingInForce(setting.Name, isConfidential ? null : TextOf(node), source, node.Origin)
        {
            Description = setting.Description,
        };
    }

    private static string TextOf(ConfigurationNode node) =>
        node switch
        {
            ScalarNode scalar => UserInformation().Replace(scalar.Text, "//***@"),
            SequenceNode sequence => string.Join(", ", sequence.Items.Select(TextOf)),
            MappingNode mapping => string.Join(", ", mapping.Entries.Select(entry => $"{entry.Key}: {TextOf(entry.Value)}")),
            _ => "",
        };

    private static SectionLayer Layer(string path, MappingNode values, string name) =>
        new(
            ConfigurationPath.Join(path, name),
            values.TryGet(name, out var node) && node is MappingNode mapping ? mapping : MappingNode.Empty
        );

    /// <summary>User name and password in a URL. No setting accepts them today.</summary>
    [GeneratedRegex("//[^/@]*@", RegexOptions.NonBacktracking)]
    private static partial Regex UserInformation();
}
