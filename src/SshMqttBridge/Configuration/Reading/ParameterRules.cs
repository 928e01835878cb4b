using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Checks that the settings of a parameter fit together.</summary>
internal static class ParameterRules
{
    /// <summary>Reports each setting of another type: it would have no effect.</summary>
    public static void Check(SectionReader section, ActionParameter parameter)
    {
        Only(section, parameter, ParameterSettings.Minimum, ActionParameterType.Integer, ActionParameterType.Number);
        Only(section, parameter, ParameterSettings.Maximum, ActionParameterType.Integer, ActionParameterType.Number);
        Only(section, parameter, ParameterSettings.MaximumLength, ActionParameterType.Text);
        Only(section, parameter, ParameterSettings.Pattern, ActionParameterType.Text);
        Only(section, parameter, ParameterSettings.Choices, ActionParameterType.Choice);
        if (parameter.Type == ActionParameterType.Choice && !section.Has(ParameterSettings.Choices))
        {
            section.Fault(ParameterSettings.Choices, "is missing: the valid values, for example [on, off]");
        }

        if (parameter.Minimum > parameter.Maximum)
        {
            section.Fault(ParameterSettings.Maximum, $"must not be less than 'min', {parameter.Minimum}");
        }
    }

    private static void Only(
        SectionReader section,
        ActionParameter parameter,
        Setting setting,
        params IReadOnlyList<ActionParameterType> types
    )
    {
        if (section.Has(setting) && !types.Contains(parameter.Type))
        {
            var words = string.Join(" and ", types.Select(ParameterSettings.Types.WordOf));
            section.Fault(setting, $"is for {words}, not for {ParameterSettings.Types.WordOf(parameter.Type)}");
        }
    }
}
