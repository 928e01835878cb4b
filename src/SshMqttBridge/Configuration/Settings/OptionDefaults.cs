namespace SshMqttBridge.Configuration.Settings;

/// <summary>Options without any setting: the source of the defaults in the tables.</summary>
internal static class OptionDefaults
{
    public static MqttOptions Mqtt { get; } = new();

    public static ServerOptions Server { get; } =
        new()
        {
            Id = "",
            Host = "",
            User = "",
            KeyDirectory = "",
        };

    public static AuditOptions Audit { get; } = new() { File = "" };

    public static HomeAssistantOptions HomeAssistant { get; } = new();

    public static WebConsoleOptions WebConsole { get; } = new();

    public static MetricsOptions Metrics { get; } = new();

    public static GroupOptions Group { get; } = new() { Instance = "" };

    public static ActionOptions Action { get; } = new() { Name = "", CommandLine = "" };

    public static ActionParameter Parameter { get; } = new("", ActionParameterType.Text);

    // Last, because its initializer uses one of the others.
    public static BridgeOptions Bridge { get; } =
        new()
        {
            Mqtt = Mqtt,
            BaseDirectory = "",
            StateDirectory = "",
            Servers = [],
        };
}
