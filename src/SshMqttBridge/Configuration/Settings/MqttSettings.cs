namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of the section <c>mqtt</c>.</summary>
internal static class MqttSettings
{
    private static readonly SettingTableBuilder Rows = new();
    private static readonly MqttOptions Defaults = OptionDefaults.Mqtt;

    public static Setting<string> Host { get; } =
        Rows.Add("host", SettingTypes.Host, Defaults.Brokers[0].Host, "Name or address of the broker.");

    public static OptionalSetting<IReadOnlyList<string>> Hosts { get; } =
        Rows.AddOptional(
            "hosts",
            new ListType<string>(
                "a list of names or addresses, each with or without a port",
                new TextType(
                    "name or address, with or without a port",
                    HostRules.ValidateHostAndPort,
                    static () =>
                        SettingTypes.HostSchema(SchemaPatterns.HostAndPort, HostRules.MaximumNameLength + ".:65535".Length)
                )
            ),
            "none",
            "The brokers of a cluster, instead of host. The bridge tries them in turn."
        );

    public static OptionalSetting<int> Port { get; } =
        Rows.AddOptional(
            "port",
            SettingTypes.Port,
            "1883; 8883 with TLS",
            "Port of host, and of each of hosts without a port. The default for WebSocket is 80, or 443 with TLS."
        );

    public static Setting<MqttTransportKind> Transport { get; } =
        Rows.Add(
            "transport",
            new ChoiceType<MqttTransportKind>(("tcp", MqttTransportKind.Tcp), ("websocket", MqttTransportKind.WebSocket)),
            Defaults.Transport,
            "Transport protocol."
        );

    public static Setting<string> Path { get; } =
        Rows.Add(
            "path",
            new TextType(
                "text that begins with `/`",
                ValidatePath,
                static () => SchemaKeywords.Pattern(SchemaPatterns.WebsocketPath)
            ),
            Defaults.Path,
            "Path of the WebSocket endpoint."
        );

    public static OptionalSetting<string> Username { get; } =
        Rows.AddOptional("username", new TextType("text", ValidateUsername, UsernameSchema), "none", "User name for the broker.");

    public static OptionalSetting<Common.Secret> Password { get; } =
        Rows.AddOptional("password", SettingTypes.Secret, "none", "Password for the broker. Requires username.");

    public static FileSetting PasswordFile { get; } =
        Rows.AddFile("passwordFile", "none", "File that contains the password, instead of password.");

    public static Setting<string> ClientId { get; } =
        Rows.Add("clientId", SettingTypes.Line, Defaults.ClientId, "Client id; must be unique on the broker.");

    public static Setting<MqttProtocolVersion> ProtocolVersion { get; } =
        Rows.Add(
            "protocolVersion",
            new ChoiceType<MqttProtocolVersion>(("5", MqttProtocolVersion.V5), ("3.1.1", MqttProtocolVersion.V311)),
            Defaults.ProtocolVersion,
            "MQTT version. Request/response, message expiry and reasons for rejected publishes require 5."
        );

    public static Setting<string> BaseTopic { get; } =
        Rows.Add("baseTopic", SettingTypes.Topic, Defaults.BaseTopic, "Prefix of all topics of the bridge.");

    public static OptionalSetting<IReadOnlyList<string>> ResponseTopics { get; } =
        Rows.AddOptional(
            "responseTopics",
            new ListType<string>(
                "a topic filter or a list of them",
                new TextType(
                    "topic filter",
                    TopicRules.ValidateFilter,
                    static () => SchemaKeywords.Word(SchemaPatterns.TopicFilter, TopicRules.MaximumFilterBytes)
                )
            ),
            "`<baseTopic>/reply/#`",
            "Topic filters. The response topic of a request (MQTT 5) must match one of them."
        );

    public static Setting<TimeSpan> KeepAlive { get; } =
        Rows.Add(
            "keepAlive",
            // The protocol's keep-alive is in whole seconds.
            new WholeSecondsType(1, ushort.MaxValue),
            Defaults.KeepAlive,
            "MQTT keep-alive in seconds. After 1.5 times this interval without a packet from the broker, the connection is lost."
        );

    public static Setting<bool> Retain { get; } =
        Rows.Add("retain", SettingTypes.Flag, Defaults.Retain, "Whether states and results are published retained.");

    public static SectionSetting Tls { get; } = Rows.AddSection("tls", TlsSettings.Table, "TLS to the broker.");

    public static SettingTable Table { get; } = Rows.Build();

    private static System.Text.Json.Nodes.JsonObject UsernameSchema() =>
        SchemaKeywords.Text(minimumLength: 1, maximumLength: 256);

    private static string? ValidateUsername(string text) => text.Length is 0 or > 256 ? "must be 1–256 characters" : null;

    private static string? ValidatePath(string text) =>
        text.StartsWith('/')
        && Uri.TryCreate("ws://broker" + text, UriKind.Absolute, out var uri)
        && uri.Fragment.Length == 0
        && !text.Any(char.IsControl)
            ? null
            : "must be the path of a WebSocket endpoint and begin with /";
}
