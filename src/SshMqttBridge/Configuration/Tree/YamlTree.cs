using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SshMqttBridge.Configuration.Tree;

/// <summary>
/// Reads a YAML document into nodes. Uses the parser's events instead of YamlDotNet's model, which stops at the first duplicate
/// key and does not limit the depth and the number of nodes.
/// </summary>
internal sealed class YamlTree
{
    private const int MaximumDepth = 20;
    private const int MaximumNodes = 100_000;
    private const string StandardTag = "tag:yaml.org,2002:";

    private readonly Dictionary<string, ConfigurationNode> _anchors = new(StringComparer.Ordinal);
    private readonly Parser _parser;
    private readonly ConfigurationDiagnostics _diagnostics;
    private int _nodes;

    private YamlTree(string text, ConfigurationDiagnostics diagnostics)
    {
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        _diagnostics = diagnostics;
    }

    /// <summary>
    /// Returns the document's mapping, an empty one for an empty document, or null after a fault that prevents further reading.
    /// </summary>
    /// <param name="file">The file's name, for the faults.</param>
    public static MappingNode? Read(string file, string text, ConfigurationDiagnostics diagnostics)
    {
        try
        {
            return new YamlTree(text, diagnostics).ReadDocument(file);
        }
        catch (YamlException exception)
        {
            var place = TabbedLine(text) is { } line ? $"line {line}" : Position(exception.Start);
            diagnostics.Fault(
                file,
                "is not well-formed YAML: "
                    + (TabbedLine(text) is null ? Explain(exception) : "indented with a tab; YAML requires spaces"),
                place
            );
        }
        // The parser throws various exceptions on malformed input. Each is a fault of the input.
        catch (Exception exception)
            when (exception is InvalidOperationException or ArgumentException or FormatException or IndexOutOfRangeException)
        {
            diagnostics.Fault(file, "is not well-formed YAML");
        }

        return null;
    }

    private MappingNode? ReadDocument(string file)
    {
        Take<StreamStart>();
        if (!Next<DocumentStart>())
        {
            return new MappingNode("line 1, column 1", []);
        }

        Take<DocumentStart>();
        var root = ReadNode("", 0);
        Take<DocumentEnd>();
        if (!Next<StreamEnd>())
        {
            _diagnostics.Fault(
                file,
                "must contain one YAML document, not several separated by ---",
                Position(_parser.Current!.Start)
            );
        }

        switch (root)
        {
            case MappingNode mapping:
                return mapping;
            case ScalarNode { IsNull: true }:
                return new MappingNode(root.Origin, []);
            default:
                _diagnostics.Fault(
                    file,
                    $"must be a mapping with keys such as 'mqtt' and 'servers', not {root.Kind}",
                    root.Origin
                );
                return null;
        }
    }

    private ConfigurationNode ReadNode(string path, int level)
    {
        var start = Current().Start;
        Count(start);
        if (level > MaximumDepth)
        {
            throw new YamlException(start, start, $"nested deeper than {MaximumDepth} levels");
        }

        if (Current() is AnchorAlias alias)
        {
            _parser.MoveNext();
            // The anchor is not named: it may be a password that begins with an asterisk.
            return _anchors.TryGetValue(alias.Value.Value, out var target)
                ? target
                : throw new YamlException(
                    start,
                    start,
                    "an alias (*) without an anchor (&) before it; text that begins with * needs quotes"
                );
        }

        if (Current() is not NodeEvent begin)
        {
            throw new YamlException(start, start, "a value is missing");
        }

        if (!begin.Tag.IsEmpty && !begin.Tag.IsNonSpecific && !begin.Tag.Value.StartsWith(StandardTag, StringComparison.Ordinal))
        {
            _diagnostics.Fault(
                path,
                "must not have a YAML tag such as !secret; text that begins with ! needs quotes",
                Position(start)
            );
        }

        ConfigurationNode node = begin switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadSequence(path, level, start),
            MappingStart => ReadMapping(path, level, start),
            _ => throw new YamlException(start, start, "a value is missing"),
        };
        if (!begin.Anchor.IsEmpty)
        {
            _anchors[begin.Anchor.Value] = node;
        }

        return node;
    }

    private ScalarNode ReadScalar(Scalar scalar)
    {
        _parser.MoveNext();
        var isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL";
        return new ScalarNode(Position(scalar.Start), scalar.Value, isNull);
    }

    private SequenceNode ReadSequence(string path, int level, Mark start)
    {
        Take<SequenceStart>();
        var items = new List<ConfigurationNode>();
        while (!Next<SequenceEnd>())
        {
            items.Add(ReadNode($"{path}[{items.Count}]", level + 1));
        }

        Take<SequenceEnd>();
        return new SequenceNode(Position(start), items);
    }

    private MappingNode ReadMapping(string path, int level, Mark start)
    {
        Take<MappingStart>();
        var entries = new List<MappingEntry>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var merged = new List<ConfigurationNode>();
        while (!Next<MappingEnd>())
        {
            var key = ReadNode(path, level + 1);
            if (key is not ScalarNode { Text: var name })
            {
                _diagnostics.Fault(ConfigurationPath.OrRoot(path), $"must have text as keys, not {key.Kind}", key.Origin);
                ReadNode(path, level + 1);
                continue;
            }

            var at = ConfigurationPath.Join(path, name);
            var value = ReadNode(at, level + 1);
            if (name == "<<")
            {
                merged.AddRange(value is SequenceNode sequence ? sequence.Items : [value]);
            }
            else if (keys.Add(name))
            {
                entries.Add(new MappingEntry(name, key.Origin, value));
            }
            else
            {
                _diagnostics.Fault(at, "appears twice; keep one of them", key.Origin);
            }
        }

        Take<MappingEnd>();
        Merge(path, merged, entries, keys, start);
        return new MappingNode(Position(start), entries);
    }

    /// <summary>The merge key of YAML 1.1: adds the mappings' entries for missing keys; the first mapping wins.</summary>
    private void Merge(string path, List<ConfigurationNode> merged, List<MappingEntry> entries, HashSet<string> keys, Mark start)
    {
        foreach (var source in merged)
        {
            if (source is not MappingNode mapping)
            {
                _diagnostics.Fault(
                    ConfigurationPath.Join(path, "<<"),
                    $"must be a mapping or a list of mappings, not {source.Kind}",
                    source.Origin
                );
                continue;
            }

            foreach (var entry in mapping.Entries)
            {
                Count(start);
                if (keys.Add(entry.Key))
                {
                    entries.Add(entry);
                }
            }
        }
    }

    private void Count(Mark start)
    {
        if (++_nodes > MaximumNodes)
        {
            throw new YamlException(start, start, $"more than {MaximumNodes} values");
        }
    }

    private ParsingEvent Current()
    {
        if (_parser.Current is null)
        {
            _parser.MoveNext();
        }

        return _parser.Current ?? throw new YamlException("unexpected end of the file");
    }

    private bool Next<T>()
        where T : ParsingEvent => Current() is T;

    private void Take<T>()
        where T : ParsingEvent
    {
        var current = Current();
        if (current is not T)
        {
            throw new YamlException(current.Start, current.End, "a value is not allowed here");
        }

        _parser.MoveNext();
    }

    /// <summary>Hides text that the parser quotes, which may be part of a password. Keeps single expected characters.</summary>
    private static string Explain(YamlException exception)
    {
        var quoted = exception.Message.Split('\'', '"', '`').Where((_, index) => index % 2 == 1);
        return quoted.Any(text => text.Length > 3)
            ? "check the indentation, the colons and the quotes"
            : exception.Message.TrimEnd('.');
    }

    /// <summary>The most common mistake, for which the parser has many messages.</summary>
    private static int? TabbedLine(string text)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.TrimStart(' ') is ['\t', ..] && !line.IsWhiteSpace())
            {
                return number;
            }
        }

        return null;
    }

    private static string Position(Mark mark) => $"line {mark.Line}, column {mark.Column}";
}
