namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of an action's sensor in Home Assistant.</summary>
internal static class SensorSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static OptionalSetting<string> Unit { get; } =
        Rows.AddOptional("unit", SettingTypes.Line, "none", "Unit of measurement, for example %.");

    public static OptionalSetting<string> DeviceClass { get; } =
        Rows.AddOptional(
            "deviceClass",
            new TextType(
                "device class",
                SensorRules.ValidateDeviceClass,
                static () => SchemaKeywords.Word(SchemaPatterns.DeviceClass, 64)
            ),
            "none",
            "A device class of Home Assistant's sensors, for example temperature."
        );

    public static OptionalSetting<SensorStateClass> StateClass { get; } =
        Rows.AddOptional(
            "stateClass",
            new ChoiceType<SensorStateClass>(
                ("measurement", SensorStateClass.Measurement),
                ("total", SensorStateClass.Total),
                ("total_increasing", SensorStateClass.TotalIncreasing)
            ),
            "none",
            "How Home Assistant keeps statistics of a number."
        );

    public static OptionalSetting<string> ValueTemplate { get; } =
        Rows.AddOptional(
            "valueTemplate",
            new TextType(
                $"1 to {SensorRules.MaximumTemplateLength} characters",
                SensorRules.ValidateTemplate,
                static () => SchemaKeywords.Text(minimumLength: 1, SensorRules.MaximumTemplateLength)
            ),
            "the beginning of the output",
            "Template of Home Assistant that makes the state of the output, which is `value`."
        );

    public static OptionalSetting<TimeSpan> ExpireAfter { get; } =
        Rows.AddOptional(
            "expireAfter",
            new ParsedType<TimeSpan>(
                ScheduleSettings.Every.TypeText,
                ScheduleRules.ParseDuration,
                ScheduleSettings.IntervalSchema,
                static time => $"{time.TotalSeconds}"
            ),
            "never",
            "Time after which the sensor is unavailable if the action has not run again, for example 15m."
        );

    public static SettingTable Table { get; } = Rows.Build();
}
