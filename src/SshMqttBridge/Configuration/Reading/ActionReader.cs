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
        var action = new ActionOptions
        {
            Name = name,
            CommandLine = section.Read(ActionSettings.Command) ?? "",
            Switch = ReadSwitch(section),
            StateCommandLine = section.Read(ActionSettings.State),
            Title = section.Read(ActionSettings.Title),
            Group = section.Read(ActionSettings.Group),
            Icon = section.Read(ActionSettings.Icon),
            Confirm = section.Read(ActionSettings.Confirm),
            Parameters = [.. ReadParameters(section)],
            Schedule = ScheduleReader.Read(section),
            Sensor = SensorReader.Read(section),
            BinarySensor = BinarySensorReader.Read(section),
            Timeout = section.Read(ActionSettings.Timeout),
        };
        ActionRules.Check(section, action);
        WarnOfUnused(context, path, action);
        return action.Switch is null ? action : action with { Parameters = [ActionSwitch.Parameter] };
    }

    private static ActionSwitch? ReadSwitch(SectionReader section)
    {
        var (on, off) = (section.Read(ActionSettings.On), section.Read(ActionSettings.Off));
        return on is null && off is null ? null : new ActionSwitch(on ?? "", off ?? "");
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
