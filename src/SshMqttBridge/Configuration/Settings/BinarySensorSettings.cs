namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of an action's binary sensor in Home Assistant.</summary>
internal static class BinarySensorSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static OptionalSetting<string> DeviceClass { get; } =
        Rows.AddOptional(
            "deviceClass",
            SensorSettings.DeviceClass.Type,
            "none",
            "A device class of Home Assistant's binary sensors, for example problem."
        );

    public static Setting<bool> Invert { get; } =
        Rows.Add("invert", SettingTypes.Flag, new ActionBinarySensor().Invert, "Whether the exit status 0 is off.");

    public static SettingTable Table { get; } = Rows.Build();
}
