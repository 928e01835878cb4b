namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of the section <c>homeAssistant</c>.</summary>
internal static class HomeAssistantSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static Setting<bool> Enabled { get; } =
        Rows.Add(
            "enabled",
            SettingTypes.Flag,
            OptionDefaults.HomeAssistant.Enabled,
            "Whether the bridge and each server become devices in Home Assistant."
        );

    public static Setting<string> DiscoveryPrefix { get; } =
        Rows.Add(
            "discoveryPrefix",
            SettingTypes.Topic,
            OptionDefaults.HomeAssistant.DiscoveryPrefix,
            "The discovery prefix in the options of Home Assistant's MQTT integration."
        );

    public static SettingTable Table { get; } = Rows.Build();
}
