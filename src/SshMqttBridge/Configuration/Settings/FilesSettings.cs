namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of the section <c>files</c>.</summary>
internal static class FilesSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static Setting<string> BaseDirectory { get; } =
        Rows.Add(
            "baseDirectory",
            SettingTypes.Folder,
            "files",
            "Folder of the local files of get and put, which cannot access files outside it."
        );

    public static SettingTable Table { get; } = Rows.Build();
}
