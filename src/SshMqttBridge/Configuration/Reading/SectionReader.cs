using System.Globalization;
using System.Text;
using System.Text.Unicode;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>
/// Reads the values of one section by type. What is wrong becomes a fault and reads as null, as does what is not there: so the reading goes on,
/// and finds every other fault too.
/// </summary>
internal sealed class SectionReader
{
    private const int LargestSecretBytes = 64 * 1024;

    private readonly ReadingContext _context;
    private readonly IReadOnlyList<string> _keys;
    private readonly IReadOnlyList<(string Path, MappingNode Values)> _layers;

    /// <param name="keys">All that the section may hold; others are faults.</param>
    /// <param name="layers">Where values stand, the strongest first: a server's own section, then the defaults.</param>
    public SectionReader(
        ReadingContext context,
        IReadOnlyList<string> keys,
        params IReadOnlyList<(string Path, MappingNode Values)> layers
    )
    {
        _context = context;
        _keys = keys;
        _layers = layers;
        foreach (var (path, values) in layers)
        {
            foreach (var entry in values.Entries.Where(entry => !keys.Contains(entry.Key)))
            {
                Diagnostics.Fault(
                    ConfigurationPath.Join(path, entry.Key),
                    ConfigurationKeys.Unknown(entry.Key, keys),
                    entry.Origin
                );
            }
        }
    }

    /// <summary>The path of the section itself.</summary>
    public string Path => _layers[0].Path;
    private ConfigurationDiagnostics Diagnostics => _context.Diagnostics;

    /// <summary>Whether there is a value, right or wrong.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>Reports a fault that only several values together show.</summary>
    public void Fault(string key, string message)
    {
        var found = Find(key);
        Diagnostics.Fault(found?.Path ?? ConfigurationPath.Join(Path, key), message, found?.Node.Origin);
    }

    /// <param name="wrong">Says what the text must be, or null if it is right.</param>
    public string? Text(string key, Func<string, string?>? wrong = null)
    {
        if (Scalar(key) is not { } found)
        {
            return null;
        }

        if (found.Text.Contains('\0', StringComparison.Ordinal))
        {
            return Fault<string>(found, "must not hold the character U+0000");
        }

        return wrong?.Invoke(found.Text) is { } message
            ? Fault<string>(found, $"{message}, not {Quoted(found.Text)}")
            : found.Text;
    }

    public int? WholeNumber(string key, int least, int most, string unit = "")
    {
        if (Scalar(key) is not { } found)
        {
            return null;
        }

        return
            long.TryParse(found.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
            ? (int)number
            : Fault<int?>(found, $"must be a whole number{unit} from {least} to {most}, not {Quoted(found.Text)}");
    }

    /// <summary>A number, with or without a sign or a fraction.</summary>
    public decimal? Number(string key)
    {
        if (Scalar(key) is not { } found)
        {
            return null;
        }

        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return decimal.TryParse(found.Text, Style, CultureInfo.InvariantCulture, out var number)
            ? number
            : Fault<decimal?>(found, $"must be a number, not {Quoted(found.Text)}");
    }

    /// <summary>Seconds, with or without a fraction.</summary>
    public TimeSpan? Seconds(string key, decimal least, decimal most)
    {
        if (Scalar(key) is not { } found)
        {
            return null;
        }

        return
            decimal.TryParse(found.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
            ? TimeSpan.FromTicks((long)(number * TimeSpan.TicksPerSecond))
            : Fault<TimeSpan?>(
                found,
                $"must be a number of seconds from {least} to {most}, without a unit, not {Quoted(found.Text)}"
            );
    }

    public bool? Flag(string key) => Choice<bool?>(key, ("true", true), ("false", false));

    /// <summary>One of some words, in capitals or not.</summary>
    public T? Choice<T>(string key, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (Scalar(key) is not { } found)
        {
            return default;
        }

        var words = new List<string>();
        foreach (var (word, value) in choices)
        {
            if (word.Equals(found.Text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }

            words.Add(word);
        }

        var list = $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";
        return Fault<T>(found, $"must be {list}, not {Quoted(found.Text)}");
    }

    /// <summary>A file's or folder's name, made absolute.</summary>
    public string? FilePath(string key) => Text(key, ValidateFileName) is { } name ? _context.Absolute(name) : null;

    /// <summary>The name of a file that must be there and be readable, made absolute.</summary>
    /// <param name="secret">Whether to warn when others may read it.</param>
    /// <param name="validateContent">Says what is wrong with the file's first KB, or null if it is right.</param>
    public string? ReadableFile(string key, bool secret, Func<ReadOnlyMemory<byte>, string?>? validateContent = null)
    {
        if (FilePath(key) is not { } file)
        {
            return null;
        }

        if (
            !SmallFile.TryRead(file, 1024, out var content, out var problem)
            || (problem = validateContent?.Invoke(content.Content)) is not null
        )
        {
            Fault(key, $"{file} {problem}");
            return null;
        }

        if (secret)
        {
            Diagnostics.WarnIfExposed(file, content.Mode);
        }

        return file;
    }

    /// <summary>A secret that is given as text, or by the name of the file that holds it (one line end after it is not part of it).</summary>
    /// <param name="written">Whether the text stands in the configuration file itself.</param>
    public Secret? Secret(string key, string fileKey, out bool written)
    {
        written = false;
        // A server that says password means it, also where the defaults say passwordFile.
        var layer = _layers.FirstOrDefault(layer => layer.Values.TryGet(key, out _) || layer.Values.TryGet(fileKey, out _));
        if (layer.Values is null)
        {
            return null;
        }

        var reader = new SectionReader(_context, _keys, layer);
        if (reader.Find(key) is var (_, text) && reader.Find(fileKey) is var (_, name))
        {
            // An environment variable overrides the file's choice of one of the two, too.
            if (IsFromEnvironment(text) != IsFromEnvironment(name))
            {
                return IsFromEnvironment(text) ? reader.WrittenSecret(key, out written) : reader.SecretFile(fileKey);
            }

            reader.Fault(fileKey, $"is given together with '{key}'; keep one of them");
            return null;
        }

        return reader.Has(key) ? reader.WrittenSecret(key, out written) : reader.SecretFile(fileKey);
    }

    /// <summary>A list, or a single value for a list of one; an environment variable separates the values with commas.</summary>
    /// <param name="wrong">Says what each must be, or null if it is right.</param>
    public IReadOnlyList<string>? List(string key, Func<string, string?> wrong)
    {
        if (Find(key) is not var (path, node))
        {
            return null;
        }

        IEnumerable<ConfigurationNode> items = node switch
        {
            SequenceNode sequence => sequence.Items,
            ScalarNode { FromEnvironment: true } scalar => scalar
                .Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(text => new ScalarNode(scalar.Origin, text)),
            _ => [node],
        };
        var texts = new List<string>();
        var good = true;
        foreach (var (item, at) in items.Select((item, index) => (item, node is SequenceNode ? $"{path}[{index}]" : path)))
        {
            if (AsScalar(at, item) is not { } found)
            {
                good = false;
            }
            else if (wrong(found.Text) is { } message)
            {
                Fault<string>(found, $"{message}, not {Quoted(found.Text)}");
                good = false;
            }
            else
            {
                texts.Add(found.Text);
            }
        }

        if (good && texts.Count == 0)
        {
            Diagnostics.Fault(path, "must hold at least one value; remove the key for the default", node.Origin);
        }

        return good && texts.Count > 0 ? texts : null;
    }

    /// <summary>Whether the value is a list: only the file can hold one.</summary>
    public bool HasList(string key) => Find(key) is (_, SequenceNode);

    /// <summary>Whether there is a single value, right or wrong.</summary>
    public bool HasScalar(string key) => Find(key) is (_, ScalarNode);

    /// <summary>A section within, empty if there is none; null if something else stands in its place, which is a fault.</summary>
    public MappingNode? Mapping(string key)
    {
        switch (Find(key))
        {
            case null:
            case var (_, node) when node is ScalarNode { IsNull: true }:
                return MappingNode.Empty;
            case var (_, node) when node is MappingNode mapping:
                return mapping;
            case var (path, node):
                Diagnostics.Fault(path, $"must be a mapping, not {node.Kind}", node.Origin);
                return null;
        }
    }

    private Secret? WrittenSecret(string key, out bool written)
    {
        written = false;
        if (Scalar(key) is not { } found)
        {
            return null;
        }

        if (found.Text.Length == 0 || found.Text.Contains('\0', StringComparison.Ordinal))
        {
            return Fault<Secret>(found, "must not be empty or hold the character U+0000");
        }

        written = !found.FromEnvironment;
        return new Secret(found.Text);
    }

    private Secret? SecretFile(string key)
    {
        if (FilePath(key) is not { } path)
        {
            return null;
        }

        if (!SmallFile.TryRead(path, LargestSecretBytes, out var file, out var problem))
        {
            Fault(key, $"{path} {problem}");
            return null;
        }

        var content = file.Content.AsSpan();
        content =
            content.EndsWith("\r\n"u8) ? content[..^2]
            : content.EndsWith("\n"u8) ? content[..^1]
            : content;
        var message = content switch
        {
            _ when !file.Whole => $"is larger than {LargestSecretBytes / 1024} KiB: hardly a secret",
            [] => "is empty",
            _ when content.Contains((byte)0) => "holds a byte of 0",
            _ when !Utf8.IsValid(content) => "is not UTF-8 text",
            _ => null,
        };
        if (message is not null)
        {
            Fault(key, $"{path} {message}");
            return null;
        }

        Diagnostics.WarnIfExposed(path, file.Mode);
        return new Secret(Encoding.UTF8.GetString(content));
    }

    private static bool IsFromEnvironment(ConfigurationNode node) => node is ScalarNode { FromEnvironment: true };

    private static string? ValidateFileName(string name) => name.Length == 0 ? "must be the name of a file or folder" : null;

    private (string Path, ConfigurationNode Node)? Find(string key)
    {
        if (!_keys.Contains(key))
        {
            throw new ArgumentException($"'{key}' is not among the keys of this section", nameof(key));
        }

        foreach (var (path, values) in _layers)
        {
            if (values.TryGet(key, out var node))
            {
                return (ConfigurationPath.Join(path, key), node);
            }
        }

        return null;
    }

    private Found? Scalar(string key) => Find(key) is var (path, node) ? AsScalar(path, node) : null;

    private Found? AsScalar(string path, ConfigurationNode node)
    {
        switch (node)
        {
            case ScalarNode { IsNull: false } scalar:
                return new Found(path, scalar.Text, scalar.Origin, scalar.FromEnvironment);
            case ScalarNode:
                Diagnostics.Fault(
                    path,
                    "has no value; give it one or remove the key (the word null as text needs quotes)",
                    node.Origin
                );
                return null;
            default:
                Diagnostics.Fault(path, $"must be a single value, not {node.Kind}", node.Origin);
                return null;
        }
    }

    private T? Fault<T>(Found found, string message)
    {
        Diagnostics.Fault(found.Path, message, found.Origin);
        return default;
    }

    private static string Quoted(string text) => text.Length == 0 ? "empty" : $"'{ConfigurationPath.Printable(text)}'";

    private sealed record Found(string Path, string Text, string Origin, bool FromEnvironment);
}
