using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>
/// Applies environment variables to the file: <c>SSHMQTT__MQTT__HOST</c> is <c>mqtt.host</c>, in capitals or not. A server's id
/// is written with <c>_</c> where it has <c>-</c>, because a variable's name cannot contain <c>-</c>. An empty variable counts
/// as not set.
/// </summary>
internal static class EnvironmentOverrides
{
    public const string Prefix = "SSHMQTT__";

    public static MappingNode Apply(
        MappingNode root,
        IReadOnlyDictionary<string, string?> environment,
        ConfigurationDiagnostics diagnostics
    )
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (variable, value) in environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || string.IsNullOrEmpty(value))
            {
                continue;
            }

            if (Resolve(variable, root, diagnostics) is not { } path)
            {
                continue;
            }

            if (!seen.TryAdd(string.Join('.', path), variable))
            {
                diagnostics.Fault(variable, $"sets the same key as {seen[string.Join('.', path)]}; keep one of them");
                continue;
            }

            root = Set(root, path, new ScalarNode($"environment variable {variable}", value, fromEnvironment: true));
        }

        return root;
    }

    private static MappingNode Set(MappingNode mapping, ReadOnlySpan<string> path, ScalarNode value)
    {
        if (path.Length == 1)
        {
            return mapping.With(path[0], value);
        }

        return mapping.TryGet(path[0], out var node) switch
        {
            true when node is MappingNode inner => mapping.With(path[0], Set(inner, path[1..], value)),
            // The file has another value instead of the section; the reader reports that.
            true when node is not ScalarNode { IsNull: true } => mapping,
            _ => mapping.With(path[0], Set(new MappingNode(value.Origin, []), path[1..], value)),
        };
    }

    private static string[]? Resolve(string variable, MappingNode root, ConfigurationDiagnostics diagnostics)
    {
        var names = variable[Prefix.Length..].Split("__");
        var path = new List<string>();
        for (var i = 0; i < names.Length; i++)
        {
            if (path is [ConfigurationKeys.Servers])
            {
                return ResolveServer(variable, names[i..], root, diagnostics);
            }

            if (!ConfigurationKeys.Sections.TryGetValue(string.Join('.', path), out var keys))
            {
                diagnostics.Fault(variable, $"does not match any setting: {string.Join('.', path)} is a single value");
                return null;
            }

            if (Match(names[i], keys) is not { } key)
            {
                diagnostics.Fault(variable, NoSuchSetting(names[i], keys));
                return null;
            }

            path.Add(key);
        }

        if (path is [ConfigurationKeys.Servers] || ConfigurationKeys.Sections.ContainsKey(string.Join('.', path)))
        {
            diagnostics.Fault(variable, $"is the name of a section, {string.Join('.', path)}; append __ and one of its keys");
            return null;
        }

        return [.. path];
    }

    /// <summary>
    /// A server's settings are single values, except the algorithms, and the actions, which no variable sets. So the last name is
    /// the setting, and an id may contain <c>__</c>.
    /// </summary>
    private static string[]? ResolveServer(
        string variable,
        string[] names,
        MappingNode root,
        ConfigurationDiagnostics diagnostics
    )
    {
        if (names.Length < 2)
        {
            diagnostics.Fault(variable, $"is the name of a server; append __ and one of its keys, for example {variable}__HOST");
            return null;
        }

        var isAlgorithm = names.Length > 2 && Match(names[^2], [ServerSettings.Algorithms.Name]) is not null;
        var keys = isAlgorithm ? ConfigurationKeys.AlgorithmKeys : ConfigurationKeys.Server;
        if (Match(names[^1], keys) is not { } key)
        {
            diagnostics.Fault(variable, NoSuchSetting(names[^1], keys));
            return null;
        }

        if (key == ServerSettings.Actions.Name)
        {
            diagnostics.Fault(variable, "is the name of a section; actions can only be set in the file");
            return null;
        }

        if (key == ServerSettings.Algorithms.Name)
        {
            diagnostics.Fault(
                variable,
                $"is the name of a section; append __ and one of {string.Join(", ", ConfigurationKeys.AlgorithmKeys)}"
            );
            return null;
        }

        var id = string.Join("__", isAlgorithm ? names[..^2] : names[..^1]).ToLowerInvariant();
        var ids =
            root.TryGet(ConfigurationKeys.Servers, out var node) && node is MappingNode servers
                ? servers.Entries.Select(entry => entry.Key)
                : [];
        var candidates = ids.Where(known => Same(known, id)).ToList();
        if (candidates.Count > 1 && !candidates.Contains(id))
        {
            diagnostics.Fault(
                variable,
                $"is ambiguous: it matches the servers {string.Join(", ", candidates)}; set it in the file"
            );
            return null;
        }

        string[] path = [ConfigurationKeys.Servers, candidates.Count == 1 ? candidates[0] : id];
        return isAlgorithm ? [.. path, ServerSettings.Algorithms.Name, key] : [.. path, key];
    }

    private static string NoSuchSetting(string name, IReadOnlyList<string> keys) =>
        $"does not match any setting: '{ConfigurationPath.Printable(name)}' is an {NearestName.Unknown(name, keys)}";

    private static bool Same(string known, string id) =>
        known.Replace('-', '_').Equals(id.Replace('-', '_'), StringComparison.OrdinalIgnoreCase);

    private static string? Match(string name, IReadOnlyList<string> keys) =>
        keys.FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase));
}
