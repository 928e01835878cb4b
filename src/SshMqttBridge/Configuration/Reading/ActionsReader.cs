using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the <c>actions</c> of a server, with those of the defaults before them.</summary>
internal static class ActionsReader
{
    /// <summary>Returns the actions as far as they are valid; the rest are faults.</summary>
    /// <param name="section">A server's section, and the defaults.</param>
    public static IReadOnlyList<ActionOptions> Read(SectionReader section)
    {
        var actions = new List<ActionOptions>();
        foreach (var layer in section.Layers().Reverse())
        {
            var path = ConfigurationPath.Join(layer.Path, ServerSettings.Actions.Name);
            foreach (var entry in (layer.Mapping(ServerSettings.Actions) ?? MappingNode.Empty).Entries)
            {
                Read(layer.Context, ConfigurationPath.Join(path, entry.Key), entry, actions);
            }
        }

        if (actions.Count == 0)
        {
            return [];
        }

        return actions;
    }

    private static void Read(ReadingContext context, string path, MappingEntry entry, List<ActionOptions> actions)
    {
        if (ValidateName(entry.Key) is { } problem)
        {
            context.Diagnostics.Fault(path, problem, entry.Origin);
        }

        var known = actions.FindIndex(action => action.Name == entry.Key);
        if (entry.Value is ScalarNode scalar && (scalar.IsNull || scalar.Text == "false"))
        {
            Remove(context, path, entry, known, actions);
        }
        else if (ActionReader.Read(context, path, entry.Key, entry.Value) is { } action)
        {
            // In the same position, to keep the order of the defaults.
            if (known >= 0)
            {
                actions[known] = action;
            }
            else
            {
                actions.Add(action);
            }
        }
    }

    private static void Remove(ReadingContext context, string path, MappingEntry entry, int known, List<ActionOptions> actions)
    {
        if (known >= 0)
        {
            actions.RemoveAt(known);
        }
        else
        {
            context.Diagnostics.Fault(
                path,
                "removes an action that is not in 'defaults'; set a command, or remove the key",
                entry.Value.Origin
            );
        }
    }

    /// <summary>The output topic of an action named <c>set</c> would be a write topic.</summary>
    private static string? ValidateName(string name) =>
        name == "set" ? "must not be 'set', the last level of write topics; choose another name"
        : name.Length is > 0 and <= 64
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-')
            ? null
        : "must be a name of 1 to 64 of the characters a-z, 0-9, _ and -";
}
