namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of the section <c>group.etcd</c>.</summary>
internal static class EtcdSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static OptionalSetting<IReadOnlyList<Uri>> Endpoints { get; } =
        Rows.AddOptional(
            "endpoints",
            new ListType<Uri>(
                "a URL or a list of them",
                new ParsedType<Uri>(
                    "`http://` or `https://`, a host and a port",
                    EtcdRules.ParseEndpoint,
                    static () => SchemaKeywords.Pattern(SchemaPatterns.EtcdEndpoint),
                    static url => url.OriginalString
                )
            ),
            "required with `lease: etcd`",
            "URLs of the members of the etcd cluster."
        );

    public static Setting<string> Prefix { get; } =
        Rows.Add(
            "prefix",
            new TextType(
                "text that begins with `/`",
                EtcdRules.ValidatePrefix,
                static () => SchemaKeywords.Pattern(SchemaPatterns.EtcdPrefix)
            ),
            OptionDefaults.Group.EtcdPrefix,
            "Prefix of the group's keys in etcd."
        );

    public static SettingTable Table { get; } = Rows.Build();
}
