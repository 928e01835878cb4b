namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of an action's schedule. It has one of them.</summary>
internal static class ScheduleSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static OptionalSetting<ActionSchedule> Every { get; } =
        Rows.AddOptional(
            "every",
            new ParsedType<ActionSchedule>(
                "seconds, or a number and `s`, `m`, `h` or `d`; 1 s to 30 d",
                ScheduleRules.ParseEvery,
                static () => IntervalSchema(),
                static schedule => schedule.ToString()
            ),
            "",
            "Interval between runs, for example 5m. The first run is when the bridge starts."
        );

    public static OptionalSetting<ActionSchedule> Cron { get; } =
        Rows.AddOptional(
            "cron",
            new ParsedType<ActionSchedule>(
                "five fields",
                ScheduleRules.ParseCron,
                static () => SchemaKeywords.Pattern(SchemaPatterns.CronFields),
                static schedule => schedule.ToString()
            ),
            "",
            "Cron expression as in crontab(5), in the local time of the bridge's machine."
        );

    public static SettingTable Table { get; } = Rows.Build();

    /// <summary>
    /// The value of one of the settings, instead of the section: a cron expression contains spaces, a duration does not.
    /// </summary>
    public static ParsedType<ActionSchedule> ShortForm { get; } =
        new("", ScheduleRules.ParseShortForm, ShortFormSchema, static schedule => schedule.ToString());

    private static System.Text.Json.Nodes.JsonObject ShortFormSchema() =>
        SchemaKeywords.AnyOf(IntervalSchema(), SchemaKeywords.Pattern(SchemaPatterns.CronFields));

    public static System.Text.Json.Nodes.JsonObject IntervalSchema()
    {
        var schema = SchemaKeywords.Number(
            (decimal)ScheduleRules.Shortest.TotalSeconds,
            (decimal)ScheduleRules.MaximumInterval.TotalSeconds
        );
        schema["pattern"] = SchemaPatterns.Interval;
        return schema;
    }
}
