using System.Text.RegularExpressions;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads one action: a mapping, or its command alone.</summary>
internal static partial class ActionReader
{
    private const int LongestText = 256;
    private const int MostMilliseconds = 1_000;

    /// <summary>Returns what could be read, or null; faults stand where something could not.</summary>
    public static ActionOptions? Read(ReadingContext context, string path, string name, ConfigurationNode node)
    {
        switch (node)
        {
            case ScalarNode scalar:
                return Read(
                    context,
                    path,
                    name,
                    new MappingNode(scalar.Origin, [new MappingEntry("command", scalar.Origin, scalar)])
                );
            case MappingNode mapping:
                return Read(context, path, name, mapping);
            default:
                context.Diagnostics.Fault(
                    path,
                    $"must be a command, or a mapping with at least 'command', not {node.Kind}",
                    node.Origin
                );
                return null;
        }
    }

    private static ActionOptions Read(ReadingContext context, string path, string name, MappingNode values)
    {
        var section = new SectionReader(context, ConfigurationKeys.Action, (path, values));
        if (!section.Has("command"))
        {
            section.Fault("command", "is missing: what the action runs");
        }

        var action = new ActionOptions
        {
            Name = name,
            CommandLine = section.Text("command", ValidateCommand) ?? "",
            Title = section.Text("title", ValidateText),
            Icon = section.Text("icon", ValidateIcon),
            Confirm = section.Text("confirm", ValidateConfirm),
            Parameters = ReadParameters(context, section, path),
            Schedule = ScheduleReader.Read(context, section, path),
        };
        action = action with
        {
            Timeout =
                section.Seconds(
                    "timeout",
                    (decimal)CommandLimits.MinimumTimeout.TotalSeconds,
                    (decimal)ExecCommand.MaximumTimeout.TotalSeconds
                ) ?? action.Timeout,
        };
        CheckSchedule(section, action);
        WarnOfUnused(context, path, action);
        return action;
    }

    private static List<ActionParameter> ReadParameters(ReadingContext context, SectionReader section, string path)
    {
        var at = ConfigurationPath.Join(path, ConfigurationKeys.Parameters);
        return
        [
            .. (section.Mapping(ConfigurationKeys.Parameters) ?? MappingNode.Empty)
                .Entries.Select(entry => ParameterReader.Read(context, ConfigurationPath.Join(at, entry.Key), entry))
                .OfType<ActionParameter>(),
        ];
    }

    private static void CheckSchedule(SectionReader section, ActionOptions action)
    {
        if (
            action.Schedule is not null
            && action.Parameters.FirstOrDefault(parameter => parameter.Default is null) is { } parameter
        )
        {
            section.Fault(
                ConfigurationKeys.Schedule,
                $"needs a default for each parameter, since nobody gives one; '{parameter.Name}' has none"
            );
        }
    }

    private static void WarnOfUnused(ReadingContext context, string path, ActionOptions action)
    {
        foreach (var parameter in action.Parameters)
        {
            if (action.CommandLine.Length > 0 && !action.CommandLine.Contains(parameter.Name, StringComparison.Ordinal))
            {
                context.Diagnostics.Warn(
                    $"{path}: the command does not use its parameter; write \"${parameter.Name}\" where it belongs"
                );
            }
        }
    }

    private static string? ValidateCommand(string text) => string.IsNullOrWhiteSpace(text) ? "must be a command line" : null;

    private static string? ValidateText(string text) =>
        text.Length is 0 or > LongestText || text.Any(char.IsControl)
            ? $"must have 1 to {LongestText} characters, no control characters among them"
            : null;

    /// <summary>Who writes true wants to be asked, and would be asked "true".</summary>
    private static string? ValidateConfirm(string text) =>
        text is "true" or "false" ? "must be the question that is asked, as 'Really restart it?'" : ValidateText(text);

    private static string? ValidateIcon(string text) =>
        Icon().IsMatch(text) ? null : "must be the name of a Material Design icon, as mdi:restart";

    [GeneratedRegex(@"\Amdi:[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex Icon();
}
