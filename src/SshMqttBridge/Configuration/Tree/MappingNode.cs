using System.Diagnostics.CodeAnalysis;

namespace SshMqttBridge.Configuration.Tree;

/// <summary>Keys with their values, in the order of the file.</summary>
internal sealed class MappingNode : ConfigurationNode
{
    private readonly Dictionary<string, ConfigurationNode> _values;

    /// <param name="entries">The keys are distinct.</param>
    public MappingNode(string origin, IReadOnlyList<MappingEntry> entries)
        : base(origin)
    {
        Entries = entries;
        _values = entries.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
    }

    public static MappingNode Empty { get; } = new("", []);

    public IReadOnlyList<MappingEntry> Entries { get; }
    public override string Kind => "a mapping";

    public bool TryGet(string key, [NotNullWhen(true)] out ConfigurationNode? value) => _values.TryGetValue(key, out value);

    /// <summary>Returns a copy with the value added or replaced.</summary>
    public MappingNode With(string key, ConfigurationNode value)
    {
        var entry = new MappingEntry(key, value.Origin, value);
        return _values.ContainsKey(key)
            ? new MappingNode(Origin, [.. Entries.Select(old => old.Key == key ? entry : old)])
            : new MappingNode(Origin, [.. Entries, entry]);
    }
}

/// <summary>A key and its value.</summary>
/// <param name="Origin">The position of the key.</param>
internal readonly record struct MappingEntry(string Key, string Origin, ConfigurationNode Value);
