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
            "The part of a command that a line shows: its text, its SHA-256, or nothing."
        );

    public static Setting<int> MaxBytes { get; } =
        Rows.Add(
            "maxBytes",
            new WholeNumberType(64 << 10, 1 << 30, "bytes"),
            Defaults.MaxBytes,
            "Size at which the file is renamed to audit.log.1 and a new one begins."
        );

    public static Setting<int> Files { get; } =
        Rows.Add("files", new WholeNumberType(1, 100), Defaults.Files, "How many renamed files are kept.");

    public static SettingTable Table { get; } = Rows.Build();
}
