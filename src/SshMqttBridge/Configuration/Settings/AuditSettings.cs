namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of the section <c>audit</c>.</summary>
internal static class AuditSettings
{
    private static readonly SettingTableBuilder Rows = new();
    private static readonly AuditOptions Defaults = OptionDefaults.Audit;

    public static Setting<bool> Enabled { get; } =
        Rows.Add("enabled", SettingTypes.Flag, true, "Whether the bridge writes an audit log.");

    public static FileSetting File { get; } =
        Rows.AddFile("file", "`audit.log` in `stateDirectory`", "The audit log. Only its owner can read it.");

    public static Setting<AuditedCommands> Commands { get; } =
        Rows.Add(
            "commands",
            new ChoiceType<AuditedCommands>(
                ("text", AuditedCommands.Text),
                ("hash", AuditedCommands.Hash),
                ("none", AuditedCommands.None)
            ),
            Defaults.Commands,
            "How commands are logged: their text, their SHA-256, or not at all."
        );

    public static Setting<int> MaxBytes { get; } =
        Rows.Add(
            "maxBytes",
            new WholeNumberType(64 << 10, 1 << 30, "bytes"),
            Defaults.MaxBytes,
            "Maximum size of the file, which is then rotated to audit.log.1."
        );

    public static Setting<int> Files { get; } =
        Rows.Add("files", new WholeNumberType(1, 100), Defaults.Files, "Number of rotated files to keep.");

    public static SettingTable Table { get; } = Rows.Build();
}
