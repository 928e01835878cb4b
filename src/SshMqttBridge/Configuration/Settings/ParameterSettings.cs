namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of an action's parameter.</summary>
internal static class ParameterSettings
{
    private const int MaximumTextLength = 16_384;
    private const int MaximumChoiceLength = 256;

    private static readonly SettingTableBuilder Rows = new();

    /// <summary>The types that a parameter may have.</summary>
    public static ChoiceType<ActionParameterType> Types { get; } =
        new(
            ("text", ActionParameterType.Text),
            ("integer", ActionParameterType.Integer),
            ("number", ActionParameterType.Number),
            ("boolean", ActionParameterType.Boolean),
            ("choice", ActionParameterType.Choice)
        );

    public static OptionalSetting<ActionParameterType> Type { get; } =
        Rows.AddOptional("type", Types, "required; `choice` if there are `choices`", "Type of the values.");

    public static OptionalSetting<string> Title { get; } =
        Rows.AddOptional("title", SettingTypes.Line, "the name", "Display name.");

    public static OptionalSetting<string> Default { get; } =
        Rows.AddOptional(
            "default",
            new TextType("a valid value", static _ => null, static () => SchemaKeywords.Text()),
            "none",
            "Value if no argument is given. A parameter without a default is required."
        );

    public static OptionalSetting<decimal> Minimum { get; } =
        Rows.AddOptional("min", new NumberType(), "no limit", "Minimum of an `integer` or `number`.");

    public static OptionalSetting<decimal> Maximum { get; } =
        Rows.AddOptional("max", new NumberType(), "no limit", "Maximum of an `integer` or `number`.");

    public static Setting<int> MaximumLength { get; } =
        Rows.Add(
            "maxLength",
            new WholeNumberType(1, MaximumTextLength),
            OptionDefaults.Parameter.MaximumLength,
            "Maximum length of a `text` in characters."
        );

    public static OptionalSetting<Policies.CommandPattern> Pattern { get; } =
        Rows.AddOptional(
            "pattern",
            SettingTypes.CommandPattern,
            "any",
            "Regular expression that a `text` must match as a whole."
        );

    public static OptionalSetting<IReadOnlyList<string>> Choices { get; } =
        Rows.AddOptional(
            "choices",
            new ListType<string>(
                "list",
                new TextType("text", ValidateChoice, static () => SchemaKeywords.Text(maximumLength: MaximumChoiceLength))
            ),
            "required",
            "Valid values of a `choice`."
        );

    public static SettingTable Table { get; } = Rows.Build();

    private static string? ValidateChoice(string text) =>
        text.Length > MaximumChoiceLength || text.Any(char.IsControl)
            ? $"must be at most {MaximumChoiceLength} characters, without control characters"
            : null;
}
