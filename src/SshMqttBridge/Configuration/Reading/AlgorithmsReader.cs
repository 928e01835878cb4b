using SshMqttBridge.Common;
using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>
/// Reads the <c>algorithms</c> of a server, and those of the defaults. Like ssh_config: a list replaces the
/// library's default, <c>+</c> appends to it, <c>-</c> removes from it, <c>^</c> inserts at its front.
/// </summary>
internal static class AlgorithmsReader
{
    private const string Signs = "+-^";

    /// <summary>Returns the algorithms as far as they are valid; the rest are faults.</summary>
    /// <param name="section">A server's section <c>algorithms</c>, and that of the defaults.</param>
    /// <param name="library">The library whose algorithms they are.</param>
    public static AlgorithmOptions Read(SectionReader section, SshLibrary library)
    {
        var catalog = AlgorithmCatalog.Of(library);
        return new AlgorithmOptions
        {
            HostKeys = Read(section, AlgorithmSettings.HostKeys, catalog, AlgorithmKind.HostKeys),
            KeyExchange = Read(section, AlgorithmSettings.KeyExchange, catalog, AlgorithmKind.KeyExchange),
            Ciphers = Read(section, AlgorithmSettings.Ciphers, catalog, AlgorithmKind.Ciphers),
            Macs = Read(section, AlgorithmSettings.Macs, catalog, AlgorithmKind.Macs),
            Signatures = Read(section, AlgorithmSettings.Signatures, catalog, AlgorithmKind.Signatures),
        };
    }

    private static ValueList<string>? Read(
        SectionReader section,
        OptionalSetting<IReadOnlyList<string>> setting,
        AlgorithmCatalog catalog,
        AlgorithmKind kind
    )
    {
        if (section.Read(setting) is not { } items)
        {
            return null;
        }

        // A YAML list, or a comma-separated one like in ssh_config; the sign before the first applies to all.
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
            section.Fault(setting, Unknown(unknown, known, catalog.Library));
            return null;
        }

        var defaults = catalog.Default(kind);
        ValueList<string> result = sign switch
        {
            '+' => [.. defaults.Union(names)],
            '-' => [.. defaults.Except(names)],
            '^' => [.. names.Union(defaults)],
            _ => [.. names.Distinct()],
        };
        if (result.Count == 0)
        {
            section.Fault(setting, "must leave at least one algorithm");
            return null;
        }

        return result;
    }

    private static string Unknown(string name, IReadOnlyList<string> known, SshLibrary library)
    {
        var libraryName = library == SshLibrary.LibSsh ? "libssh" : "SSH.NET";
        var printable = ConfigurationPath.Printable(name);
        return NearestName.Find(name, known) is { } nearest
            ? $"{libraryName} does not support '{printable}'; did you mean '{nearest}'?"
            : $"{libraryName} does not support '{printable}'. Valid: {string.Join(", ", known)}";
    }
}
