namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of the section <c>mqtt.tls</c>.</summary>
internal static class TlsSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static Setting<bool> Enabled { get; } =
        Rows.Add("enabled", SettingTypes.Flag, false, "Whether the connection to the broker uses TLS.");

    public static FileSetting CaFile { get; } =
        Rows.AddPemFile("caFile", "the system's authorities", "Certificates of the authorities to trust.");

    public static FileSetting CertificateFile { get; } =
        Rows.AddPemFile("certificateFile", "none", "The bridge's own certificate, together with keyFile.");

    public static FileSetting KeyFile { get; } =
        Rows.AddPemFile("keyFile", "none", "The private key of the bridge's own certificate.", isSecret: true);

    public static OptionalSetting<string> ServerName { get; } =
        Rows.AddOptional(
            "serverName",
            SettingTypes.Host,
            "the broker's host",
            "The name that the broker's certificate must be for."
        );

    public static Setting<bool> Verify { get; } =
        Rows.Add(
            "verify",
            SettingTypes.Flag,
            new MqttTlsOptions(null, null, null).Verify,
            "Whether the broker's certificate is checked. `false` accepts any, for trying out only."
        );

    public static SettingTable Table { get; } = Rows.Build();
}
