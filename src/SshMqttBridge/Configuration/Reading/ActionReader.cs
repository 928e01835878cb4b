using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads one action: a mapping, or its command.</summary>
internal static class ActionReader
{
    /// <summary>Returns the action as far as it is valid, or null; the rest are faults.</summary>
    public static ActionOptions? Read(ReadingContext context, string path, string name, ConfigurationNode node)
    {
        switch (node)
        {
            case ScalarNode scalar:
                return Read(
                    context,
                    path,
                    name,
                    new MappingNode(scalar.Origin, [new MappingEntry(ActionSettings.Command.Name, scalar.Origin, scalar)])
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
        var section = new SectionReader(context, ActionSettings.Table, new SectionLayer(path, values));
        section.Require(ActionSettings.Command);
        var schedule = ScheduleReader.Read(section);
        var action = new ActionOptions
        {
            Name = name,
            CommandLine = section.Read(ActionSettings.Command) ?? "",
            Title = section.Read(ActionSettings.Title),
            Icon = section.Read(ActionSettings.Icon),
            Confirm = section.Read(ActionSettings.Confirm),
            Parameters = ReadParameters(section),
            Schedule = schedule,
            Sensor = SensorReader.Read(section, schedule),
            Timeout = section.Read(ActionSettings.Timeout),
        };
        CheckSchedule(section, action);
        WarnOfUnused(context, path, action);
        return action;
    }

    private static List<ActionParameter> ReadParameters(SectionReader section)
    {
        var path = ConfigurationPath.Join(section.Path, ActionSettings.Parameters.Name);
        var entries = (section.Mapping(ActionSettings.Parameters) ?? MappingNode.Empty).Entries;
        return
        [
            .. entries
                .Select(entry => ParameterReader.Read(section.Context, ConfigurationPath.Join(path, entry.Key), entry))
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
            section.Fault(ActionSettings.Schedule, $"requires a default for each parameter; '{parameter.Name}' has none");
        }
    }

    private static void WarnOfUnused(ReadingContext context, string path, ActionOptions action)
    {
        foreach (var parameter in action.Parameters)
        {
            if (action.CommandLine.Length > 0 && !action.CommandLine.Contains(parameter.Name, StringComparison.Ordinal))
            {
                context.Diagnostics.Warn(
                    $"{path}: the command does not use this parameter; refer to it as \"${parameter.Name}\""
                );
            }
        }
    }
}
