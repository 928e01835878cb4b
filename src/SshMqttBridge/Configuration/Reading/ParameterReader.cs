using System.Text.Json;
using SshMqttBridge.Actions;
using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads one parameter of an action: a mapping, its type, or the list of its choices.</summary>
internal static class ParameterReader
{
    private static string Words => string.Join(", ", ParameterSettings.Types.Words);

    /// <summary>Returns the parameter as far as it is valid, or null; the rest are faults.</summary>
    public static ActionParameter? Read(ReadingContext context, string path, MappingEntry entry)
    {
        if (ShellVariableName.Validate(entry.Key) is { } problem)
        {
            context.Diagnostics.Fault(path, problem, entry.Origin);
        }

        switch (entry.Value)
        {
            case MappingNode mapping:
                return Read(new SectionReader(context, ParameterSettings.Table, new SectionLayer(path, mapping)), entry.Key);
            case ScalarNode { IsNull: false } type:
                return Read(Short(context, path, ParameterSettings.Type, type), entry.Key);
            case SequenceNode choices:
                return Read(Short(context, path, ParameterSettings.Choices, choices), entry.Key);
            default:
                context.Diagnostics.Fault(path, $"must be a type ({Words}), a list of choices, or a mapping", entry.Value.Origin);
                return null;
        }
    }

    private static SectionReader Short(ReadingContext context, string path, Setting setting, ConfigurationNode value) =>
        new(
            context,
            ParameterSettings.Table,
            new SectionLayer(path, new MappingNode(value.Origin, [new MappingEntry(setting.Name, value.Origin, value)]))
        );

    private static ActionParameter Read(SectionReader section, string name)
    {
        var given = section.ReadValue(ParameterSettings.Type);
        var hasChoices = section.Has(ParameterSettings.Choices);
        if (!section.Has(ParameterSettings.Type) && !hasChoices)
        {
            section.Fault(ParameterSettings.Type, $"is missing: one of {Words}");
        }

        var parameter = new ActionParameter(name, given ?? (hasChoices ? ActionParameterType.Choice : ActionParameterType.Text))
        {
            Title = section.Read(ParameterSettings.Title),
            Minimum = section.ReadValue(ParameterSettings.Minimum),
            Maximum = section.ReadValue(ParameterSettings.Maximum),
            MaximumLength = section.Read(ParameterSettings.MaximumLength),
            Pattern = section.Read(ParameterSettings.Pattern)?.Text,
            Choices = [.. section.Read(ParameterSettings.Choices) ?? []],
        };
        if (given is null && section.Has(ParameterSettings.Type))
        {
            // Without a valid type, the other keys cannot be checked.
            return parameter;
        }

        ParameterRules.Check(section, parameter);
        return section.Read(ParameterSettings.Default) is { } text
            ? parameter with
            {
                Default = Default(section, parameter, text),
            }
            : parameter;
    }

    private static string? Default(SectionReader section, ActionParameter parameter, string text)
    {
        var check = new ParameterCheck(parameter);
        if (check.TryRead(JsonValueKind.String, text, out var value))
        {
            return value;
        }

        section.Fault(ParameterSettings.Default, $"must be {check.Wanted}, not '{ConfigurationPath.Printable(text)}'");
        return null;
    }
}
