using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Which settings of an action belong together, and which exclude each other.</summary>
internal static class ActionRules
{
    public static void Check(SectionReader section, ActionOptions action)
    {
        CheckCommands(section);
        CheckState(section, action);
        CheckSchedule(section, action);
        CheckSensors(section);
    }

    private static void CheckCommands(SectionReader section)
    {
        var isSwitch = section.Has(ActionSettings.On) || section.Has(ActionSettings.Off);
        if (!isSwitch)
        {
            if (!section.Has(ActionSettings.Command))
            {
                section.Fault(ActionSettings.Command, "is missing: the command line to run, or 'on' and 'off'");
            }

            return;
        }

        foreach (var setting in (Setting[])[ActionSettings.On, ActionSettings.Off])
        {
            if (!section.Has(setting))
            {
                section.Fault(setting, "is missing: a switch has a command for on and one for off");
            }
        }

        foreach (var setting in (Setting[])[ActionSettings.Command, ActionSettings.Parameters])
        {
            if (section.Has(setting))
            {
                section.Fault(setting, "does not go with 'on' and 'off', which are the commands of a switch; remove it or them");
            }
        }
    }

    private static void CheckState(SectionReader section, ActionOptions action)
    {
        if (section.Has(ActionSettings.State) && action.Switch is null && action.Parameters.Count != 1)
        {
            section.Fault(
                ActionSettings.State,
                "finds out what a switch ('on' and 'off') or the only parameter of an action is set to; "
                    + $"this action has {action.Parameters.Count} parameters"
            );
        }
    }

    private static void CheckSchedule(SectionReader section, ActionOptions action)
    {
        if (action.Schedule is null || action.StateCommandLine is not null)
        {
            return;
        }

        if (action.Switch is not null)
        {
            section.Fault(ActionSettings.Schedule, "of a switch runs the command 'state'; set 'state', too");
        }
        else if (action.Parameters.FirstOrDefault(parameter => parameter.Default is null) is { } parameter)
        {
            section.Fault(
                ActionSettings.Schedule,
                $"requires a default for each parameter; '{parameter.Name}' has none. Or set 'state', which the schedule runs then"
            );
        }
    }

    private static void CheckSensors(SectionReader section)
    {
        foreach (var setting in (Setting[])[ActionSettings.Sensor, ActionSettings.BinarySensor])
        {
            if (!section.Has(setting))
            {
                continue;
            }

            if (!section.Has(ActionSettings.Schedule))
            {
                section.Fault(setting, "requires a schedule, whose runs give the sensor its states; set 'schedule', too");
            }
            else if (section.Has(ActionSettings.State))
            {
                section.Fault(setting, "shows runs of 'command', but the schedule runs 'state'; use two actions");
            }
        }

        if (section.Has(ActionSettings.Sensor) && section.Has(ActionSettings.BinarySensor))
        {
            section.Fault(ActionSettings.BinarySensor, "excludes 'sensor': an action is one of the two");
        }
    }
}
