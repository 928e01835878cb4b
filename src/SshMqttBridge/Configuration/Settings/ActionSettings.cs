using SshMqttBridge.Commands;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of an action.</summary>
internal static class ActionSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static OptionalSetting<string> Command { get; } =
        AddCommand(
            "command",
            "Command line for the user's shell on the server. Each parameter is a shell variable; put it in double quotes. Required, "
                + "unless there are `on` and `off`."
        );

    public static OptionalSetting<string> On { get; } =
        AddCommand("on", "Command line that turns something on: the action is a switch.");

    public static OptionalSetting<string> Off { get; } = AddCommand("off", "Command line that turns it off.");

    public static OptionalSetting<string> State { get; } =
        AddCommand(
            "state",
            "Command line that finds out what is set: a switch is on if it exits with 0, and the value of the only parameter is what "
                + "it prints. It runs by the schedule, and after each run of the action."
        );

    public static OptionalSetting<string> Title { get; } =
        Rows.AddOptional("title", SettingTypes.Line, "the name", "Display name.");

    public static OptionalSetting<string> Group { get; } =
        Rows.AddOptional(
            "group",
            SettingTypes.Line,
            "none",
            "Heading under which the web console shows the actions with the same group."
        );

    public static OptionalSetting<string> Icon { get; } =
        Rows.AddOptional("icon", ActionIcon.Type, "none", "A Material Design icon, for Home Assistant.");

    public static Setting<TimeSpan> Timeout { get; } =
        Rows.Add(
            "timeout",
            new SecondsType((decimal)CommandLimits.MinimumTimeout.TotalSeconds, (decimal)ExecCommand.MaximumTimeout.TotalSeconds),
            OptionDefaults.Action.Timeout,
            "Timeout of the command in seconds."
        );

    public static OptionalSetting<string> Confirm { get; } =
        Rows.AddOptional(
            "confirm",
            new TextType(SettingTypes.Line.Text, ValidateConfirm, ConfirmSchema),
            "none",
            "Confirmation question that web pages ask before they run the action."
        );

    public static MapSetting Parameters { get; } =
        Rows.Add(
            new MapSetting(
                "parameters",
                SchemaPatterns.ParameterName,
                "parameter",
                "none",
                "Parameters by name. A name has lower-case letters, digits and _, and begins with a letter."
            )
        );

    public static SectionSetting Schedule { get; } =
        Rows.Add(
            new SectionSetting("schedule", ScheduleSettings.Table, "When the action runs automatically.")
            {
                Definition = "schedule",
                Default = "none",
            }
        );

    public static SectionSetting Sensor { get; } =
        Rows.Add(
            new SectionSetting("sensor", SensorSettings.Table, "How Home Assistant shows the output. Requires `schedule`.")
            {
                Default = "none",
            }
        );

    public static SectionSetting BinarySensor { get; } =
        Rows.Add(
            new SectionSetting(
                "binarySensor",
                BinarySensorSettings.Table,
                "How Home Assistant shows whether the action succeeds. Requires `schedule`."
            )
            {
                Default = "none",
            }
        );

    public static SettingTable Table { get; } = Rows.Build();

    /// <summary>Commands may contain confidential details.</summary>
    private static OptionalSetting<string> AddCommand(string name, string description) =>
        Rows.Add(new OptionalSetting<string>(name, CommandType, "none", description) { IsConfidential = true });

    private static TextType CommandType => new("text", ValidateCommand, static () => SchemaKeywords.Text(minimumLength: 1));

    private static string? ValidateCommand(string text) => string.IsNullOrWhiteSpace(text) ? "must be a command line" : null;

    /// <summary>Rejects <c>true</c>: the user wants a question, and would get the question "true".</summary>
    private static string? ValidateConfirm(string text) =>
        text is "true" or "false" ? "must be a question, for example 'Really restart it?'" : SettingTypes.ValidateLine(text);

    private static System.Text.Json.Nodes.JsonObject ConfirmSchema()
    {
        var schema = SettingTypes.Line.Schema();
        schema["type"] = SchemaKeywords.Strings("string", "number");
        return schema;
    }
}
