using System.Text.Json;
using SshMqttBridge.Actions;
using SshMqttBridge.Configuration.Tree;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads one parameter of an action: a mapping, or its type alone, or the list of its choices.</summary>
internal static class ParameterReader
{
    private const int LongestLength = 16_384;
    private const int LongestChoice = 256;

    private static readonly (string Word, ActionParameterType? Type)[] Types =
    [
        ("text", ActionParameterType.Text),
        ("integer", ActionParameterType.Integer),
        ("number", ActionParameterType.Number),
        ("boolean", ActionParameterType.Boolean),
        ("choice", ActionParameterType.Choice),
    ];

    /// <summary>Returns what could be read, or null; faults stand where something could not.</summary>
    public static ActionParameter? Read(ReadingContext context, string path, MappingEntry entry)
    {
        if (ShellVariableName.Validate(entry.Key) is { } wrong)
        {
            context.Diagnostics.Fault(path, wrong, entry.Origin);
        }

        switch (entry.Value)
        {
            case MappingNode mapping:
                return Read(new SectionReader(context, ConfigurationKeys.Parameter, (path, mapping)), entry.Key);
            case ScalarNode { IsNull: false } type:
                return Read(Short(context, path, "type", type), entry.Key);
            case SequenceNode choices:
                return Read(Short(context, path, "choices", choices), entry.Key);
            default:
                context.Diagnostics.Fault(
                    path,
                    $"must be a type ({string.Join(", ", Types.Select(type => type.Word))}), a list of choices, or a mapping",
                    entry.Value.Origin
                );
                return null;
        }
    }

    private static SectionReader Short(ReadingContext context, string path, string key, ConfigurationNode value) =>
        new(
            context,
            ConfigurationKeys.Parameter,
            (path, new MappingNode(value.Origin, [new MappingEntry(key, value.Origin, value)]))
        );

    private static ActionParameter Read(SectionReader section, string name)
    {
        var given = section.Choice("type", Types);
        var type = given ?? (section.Has("choices") ? ActionParameterType.Choice : ActionParameterType.Text);
        if (!section.Has("type") && !section.Has("choices"))
        {
            section.Fault("type", $"is missing: one of {string.Join(", ", Types.Select(known => known.Word))}");
        }

        var isRight = given is not null || !section.Has("type");
        var parameter = new ActionParameter(name, type)
        {
            Title = section.Text("title", ValidateTitle),
            Minimum = section.Number("min"),
            Maximum = section.Number("max"),
            Pattern = section.Text("pattern", ValidatePattern),
            Choices = section.Has("choices") ? section.List("choices", ValidateChoice) ?? [] : [],
        };
        parameter = parameter with
        {
            MaximumLength = section.WholeNumber("maxLength", 1, LongestLength) ?? parameter.MaximumLength,
        };
        if (isRight)
        {
            CheckKeys(section, parameter);
        }

        return isRight && section.Text("default") is { } text
            ? parameter with
            {
                Default = Default(section, parameter, text),
            }
            : parameter;
    }

    /// <summary>A key of another type would limit nothing, and somebody counts on it.</summary>
    private static void CheckKeys(SectionReader section, ActionParameter parameter)
    {
        Only("min", ActionParameterType.Integer, ActionParameterType.Number);
        Only("max", ActionParameterType.Integer, ActionParameterType.Number);
        Only("maxLength", ActionParameterType.Text);
        Only("pattern", ActionParameterType.Text);
        Only("choices", ActionParameterType.Choice);
        if (parameter.Type == ActionParameterType.Choice && !section.Has("choices"))
        {
            section.Fault("choices", "is missing: the values that there are, as [on, off]");
        }

        if (parameter.Minimum > parameter.Maximum)
        {
            section.Fault("max", $"must not be less than 'min', {parameter.Minimum}");
        }

        void Only(string key, params ReadOnlySpan<ActionParameterType> types)
        {
            if (section.Has(key) && !types.Contains(parameter.Type))
            {
                var words = new List<string>();
                foreach (var type in types)
                {
                    words.Add(WordOf(type));
                }

                section.Fault(key, $"is for {string.Join(" and ", words)}, not for {WordOf(parameter.Type)}");
            }
        }
    }

    private static string? Default(SectionReader section, ActionParameter parameter, string text)
    {
        var check = new ParameterCheck(parameter);
        if (check.TryRead(JsonValueKind.String, text, out var value))
        {
            return value;
        }

        section.Fault("default", $"must be {check.Wanted}, not '{ConfigurationPath.Printable(text)}'");
        return null;
    }

    private static string WordOf(ActionParameterType type) => Array.Find(Types, known => known.Type == type).Word;

    private static string? ValidateTitle(string text) =>
        text.Length is 0 or > LongestChoice || text.Any(char.IsControl)
            ? $"must have 1 to {LongestChoice} characters, no control characters among them"
            : null;

    private static string? ValidateChoice(string text) =>
        text.Length > LongestChoice || text.Any(char.IsControl)
            ? $"must have at most {LongestChoice} characters, no control characters among them"
            : null;

    private static string? ValidatePattern(string text) => CommandPattern.TryParse(text, out _, out var wrong) ? null : wrong;
}
