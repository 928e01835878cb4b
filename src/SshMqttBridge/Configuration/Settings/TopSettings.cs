using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings at the top level.</summary>
internal static class TopSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static SectionSetting Mqtt { get; } = Rows.AddSection("mqtt", MqttSettings.Table, "Connection to the broker.");

    public static SectionSetting Files { get; } = Rows.AddSection("files", FilesSettings.Table, "Local files.");

    public static Setting<string> StateDirectory { get; } =
        Rows.Add("stateDirectory", SettingTypes.Folder, "state", "Folder of the journal, known_hosts and the audit log.");

    public static SectionSetting Audit { get; } =
        Rows.AddSection("audit", AuditSettings.Table, "Audit log: one line of JSON for each command and each rejected message.");

    public static SectionSetting HomeAssistant { get; } =
        Rows.AddSection("homeAssistant", HomeAssistantSettings.Table, "MQTT discovery for Home Assistant.");

    public static SectionSetting WebConsole { get; } =
        Rows.AddSection("webConsole", WebConsoleSettings.Table, "The web console.");

    public static SectionSetting Metrics { get; } =
        Rows.AddSection("metrics", MetricsSettings.Table, "Metrics for Prometheus, and health checks.");

    public static SectionSetting Group { get; } =
        Rows.AddSection(
            "group",
            GroupSettings.Table,
            "A group of bridges, of which one is active and the others stand by. Without this section, the bridge is alone."
        );

    public static OptionalSetting<string> Shard { get; } =
        Rows.AddOptional(
            "shard",
            new TextType("name", TopicRules.ValidateShard, ShardSchema),
            "none",
            "Name of this bridge among several with the same base topic and different servers."
        );

    public static Setting<TimeSpan> ShutdownTimeout { get; } =
        Rows.Add(
            "shutdownTimeout",
            new SecondsType(0, 3600),
            OptionDefaults.Bridge.ShutdownTimeout,
            "Seconds that running commands may continue after SIGTERM or SIGINT."
        );

    public static Setting<LogLevel> LogLevel { get; } =
        Rows.Add(
            "logLevel",
            new ChoiceType<LogLevel>(
                ("trace", Microsoft.Extensions.Logging.LogLevel.Trace),
                ("debug", Microsoft.Extensions.Logging.LogLevel.Debug),
                ("information", Microsoft.Extensions.Logging.LogLevel.Information),
                ("warning", Microsoft.Extensions.Logging.LogLevel.Warning),
                ("error", Microsoft.Extensions.Logging.LogLevel.Error)
            ),
            OptionDefaults.Bridge.LogLevel,
            "Minimum level of the messages to log."
        );

    public static Setting<LogFormat> LogFormat { get; } =
        Rows.Add(
            "logFormat",
            new ChoiceType<LogFormat>(("text", Configuration.LogFormat.Text), ("json", Configuration.LogFormat.Json)),
            OptionDefaults.Bridge.LogFormat,
            "Format of the log: lines of text, or one JSON object for each message."
        );

    public static Setting<bool> WatchConfiguration { get; } =
        Rows.Add(
            "watchConfiguration",
            SettingTypes.Flag,
            OptionDefaults.Bridge.WatchConfiguration,
            "Read the configuration again when its file changes, as on SIGHUP."
        );

    public static SectionSetting Defaults { get; } =
        Rows.Add(
            new SectionSetting("defaults", ServerSettings.Table, "Defaults for the settings of all servers.")
            {
                Definition = "server",
            }
        );

    public static MapSetting Servers { get; } =
        Rows.Add(
            new MapSetting(
                ConfigurationKeys.Servers,
                SchemaPatterns.ServerId,
                "server",
                "required",
                "Servers by id. The id is a topic level: 1 to 64 of the characters a-z, 0-9, _ and -."
            )
            {
                Missing = "at least one server",
            }
        );

    public static SettingTable Table { get; } = Rows.Build();

    private static JsonObject ShardSchema() => SchemaKeywords.Pattern(SchemaPatterns.ShardName, "integer", "boolean");
}
