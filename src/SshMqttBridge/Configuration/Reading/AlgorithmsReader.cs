using SshMqttBridge.Configuration.Tree;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>
/// Reads the <c>algorithms</c> of a server, with those of the defaults behind them. As in ssh_config: a list replaces the library's own, <c>+</c> before it appends to that, <c>-</c> takes
/// away from it, <c>^</c> puts in front.
/// </summary>
internal static class AlgorithmsReader
{
    private const string Key = ConfigurationKeys.Algorithms;
    private const string Signs = "+-^";

    /// <summary>Returns what could be read; faults stand where something could not.</summary>
    /// <param name="layers">The sections that may have it, the strongest first: the server's own, then the defaults.</param>
    /// <param name="library">Whose algorithms they are.</param>
    public static AlgorithmOptions Read(
        ReadingContext context,
        IReadOnlyList<(string Path, MappingNode Values)> layers,
        SshLibrary library
    )
    {
        IReadOnlyList<(string Path, MappingNode Values)> sections =
        [
            .. layers.Select(layer =>
                (
                    ConfigurationPath.Join(layer.Path, Key),
                    new SectionReader(context, ConfigurationKeys.Server, layer).Mapping(Key) ?? MappingNode.Empty
                )
            ),
        ];
        var section = new SectionReader(context, ConfigurationKeys.AlgorithmKeys, sections);
        var catalog = AlgorithmCatalog.Of(library);
        return AlgorithmOptions.Default with
        {
            HostKeys = Read(section, catalog, AlgorithmKind.HostKeys),
            KeyExchange = Read(section, catalog, AlgorithmKind.KeyExchange),
            Ciphers = Read(section, catalog, AlgorithmKind.Ciphers),
            Macs = Read(section, catalog, AlgorithmKind.Macs),
            Signatures = Read(section, catalog, AlgorithmKind.Signatures),
        };
    }

    private static IReadOnlyList<string>? Read(SectionReader section, AlgorithmCatalog catalog, AlgorithmKind kind)
    {
        var key = AlgorithmMismatch.KeyOf(kind);
        if (section.List(key, static _ => null) is not { } items)
        {
            return null;
        }

        // A list of YAML, or one as ssh_config has it; the sign before the first is for all of them.
        List<string> names =
        [
            .. items.SelectMany(item => item.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
        ];
        var sign = names.Count > 0 && Signs.Contains(names[0][0], StringComparison.Ordinal) ? names[0][0] : ' ';
        if (sign != ' ')
        {
            names[0] = names[0][1..].TrimStart();
        }

        var known = catalog.Known(kind);
        if (names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            section.Fault(key, Unknown(unknown, known, catalog.Library));
            return null;
        }

        var defaults = catalog.Default(kind);
        IReadOnlyList<string> result = sign switch
        {
            '+' => [.. defaults.Union(names)],
            '-' => [.. defaults.Except(names)],
            '^' => [.. names.Union(defaults)],
            _ => [.. names.Distinct()],
        };
        if (result.Count == 0)
        {
            section.Fault(key, "leaves none: at least one is needed");
            return null;
        }

        return result;
    }

    private static string Unknown(string name, IReadOnlyList<string> known, SshLibrary library)
    {
        var who = library == SshLibrary.LibSsh ? "libssh" : "SSH.NET";
        var shown = ConfigurationPath.Printable(name);
        return ConfigurationKeys.Nearest(name, known) is { } nearest
            ? $"{who} knows no '{shown}'; did you mean '{nearest}'?"
            : $"{who} knows no '{shown}'; it knows {string.Join(", ", known)}";
    }
}
