namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of the section <c>group</c>.</summary>
internal static class GroupSettings
{
    private static readonly SettingTableBuilder Rows = new();
    private static readonly GroupOptions Defaults = OptionDefaults.Group;

    public static OptionalSetting<string> Instance { get; } =
        Rows.AddOptional(
            "instance",
            new TextType(
                "topic level",
                TopicRules.ValidateLevel,
                static () => SchemaKeywords.Word(SchemaPatterns.TopicLevel, TopicRules.MaximumLevelLength)
            ),
            "the host's name",
            "Name of this bridge; must be unique in the group."
        );

    public static Setting<LeaseKind> Lease { get; } =
        Rows.Add(
            "lease",
            new ChoiceType<LeaseKind>(("broker", LeaseKind.Broker), ("etcd", LeaseKind.Etcd)),
            Defaults.Lease,
            "What decides which bridge leads: messages through the MQTT broker, or an etcd cluster."
        );

    public static Setting<TimeSpan> Takeover { get; } =
        Rows.Add(
            "takeover",
            new SecondsType(1.5m, 60),
            Defaults.Takeover,
            "Seconds without a sign of life from the leader after which a standby takes over. The same for all bridges of the group."
        );

    public static SectionSetting Etcd { get; } =
        Rows.AddSection("etcd", EtcdSettings.Table, "Connection to etcd. Requires `lease: etcd`.");

    public static SettingTable Table { get; } = Rows.Build();
}
