using System.Diagnostics.CodeAnalysis;
using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>
/// Reads the values of one section by the rows of its table. A value that is not valid becomes a fault and reads as if it were
/// missing, so that the reader reports all other faults, too.
/// </summary>
internal sealed class SectionReader
{
    private readonly SettingTable _table;
    private readonly IReadOnlyList<SectionLayer> _layers;

    /// <param name="table">The settings of the section; other keys are faults.</param>
    /// <param name="layers">The places of the section, the strongest first: a server's own section, then the defaults.</param>
    public SectionReader(ReadingContext context, SettingTable table, params IReadOnlyList<SectionLayer> layers)
    {
        Context = context;
        _table = table;
        _layers = layers;
        foreach (var (path, values) in layers)
        {
            foreach (var entry in values.Entries.Where(entry => !table.Keys.Contains(entry.Key)))
            {
                var at = ConfigurationPath.Join(path, entry.Key);
                context.Diagnostics.Fault(at, NearestName.Unknown(entry.Key, table.Keys), entry.Origin);
            }
        }
    }

    public ReadingContext Context { get; }

    /// <summary>The path of the strongest layer.</summary>
    public string Path => _layers[0].Path;

    /// <summary>Whether there is a value, valid or not.</summary>
    public bool Has(Setting setting) => Find(setting) is not null;

    /// <summary>Returns the value of the strongest layer that has one, valid or not; null if there is none.</summary>
    public FoundValue? Find(Setting setting)
    {
        if (!_table.Contains(setting))
        {
            throw new ArgumentException($"'{setting.Name}' is not a setting of this section", nameof(setting));
        }

        foreach (var (path, values) in _layers)
        {
            if (values.TryGet(setting.Name, out var node))
            {
                return new FoundValue(ConfigurationPath.Join(path, setting.Name), node);
            }
        }

        return null;
    }

    /// <summary>Reads a value; the default if there is none.</summary>
    public T Read<T>(Setting<T> setting) => TryRead(setting, setting.Type, out var value) ? value : setting.Default;

    /// <summary>Reads a value; null if there is none.</summary>
    public T? Read<T>(OptionalSetting<T> setting)
        where T : class => TryRead(setting, setting.Type, out var value) ? value : null;

    /// <summary>Reads a value of a value type; null if there is none.</summary>
    public T? ReadValue<T>(OptionalSetting<T> setting)
        where T : struct => TryRead(setting, setting.Type, out var value) ? value : null;

    /// <summary>
    /// The section within; an empty one if there is none, or if there is a value instead, which is a fault.
    /// </summary>
    public SectionReader Section(SectionSetting setting) =>
        new(
            Context,
            setting.Table,
            [
                .. Layers()
                    .Select(layer => new SectionLayer(
                        ConfigurationPath.Join(layer.Path, setting.Name),
                        layer.Mapping(setting) ?? MappingNode.Empty
                    )),
            ]
        );

    /// <summary>
    /// The mapping of a section within; an empty one if there is none, and null if there is a value instead, which is a
    /// fault.
    /// </summary>
    public MappingNode? Mapping(Setting setting)
    {
        if (Find(setting) is not var (path, node) || node is ScalarNode { IsNull: true })
        {
            return MappingNode.Empty;
        }

        if (node is MappingNode mapping)
        {
            return mapping;
        }

        Context.Diagnostics.Fault(path, $"must be a mapping, not {node.Kind}", node.Origin);
        return null;
    }

    /// <summary>A reader for each layer alone, the strongest first.</summary>
    public IReadOnlyList<SectionReader> Layers() =>
        _layers.Count == 1 ? [this] : [.. _layers.Select(layer => new SectionReader(Context, _table, layer))];

    /// <summary>Reports a fault of a setting, for example that it does not fit another one.</summary>
    public void Fault(Setting setting, string message)
    {
        var found = Find(setting);
        var path = found?.Path ?? ConfigurationPath.Join(Path, setting.Name);
        Context.Diagnostics.Fault(path, message, found?.Node.Origin);
    }

    /// <summary>Reports that a required setting is missing.</summary>
    public void Require(Setting setting)
    {
        if (!Has(setting))
        {
            Fault(setting, $"is missing: {setting.Missing}");
        }
    }

    private bool TryRead<T>(Setting setting, SettingType<T> type, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        return Find(setting) is var (path, node) && type.TryRead(Context, path, node, out value);
    }
}
