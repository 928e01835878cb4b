namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of the section <c>mqtt.tls</c>.</summary>
internal static class TlsSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static Setting<bool> Enabled { get; } =
        Rows.Add("enabled", SettingTypes.Flag, false, "Whether the connection to the broker uses TLS.");

    public static FileSetting CaFile { get; } =
        Rows.AddPemFile("caFile", "the system's authorities", "Certificates of the authorities (CAs) to trust.");

    public static FileSetting CertificateFile { get; } =
        Rows.AddPemFile("certificateFile", "none", "Client certificate of the bridge. Requires keyFile.");

    public static FileSetting KeyFile { get; } =
        Rows.AddPemFile("keyFile", "none", "Private key of the client certificate.", isSecret: true);

    public static OptionalSetting<string> ServerName { get; } =
        Rows.AddOptional(
            "serverName",
            SettingTypes.Host,
            "the broker's host",
            "Name that the broker's certificate must be valid for."
        );

    public static Setting<bool> Verify { get; } =
        Rows.Add(
            "verify",
            SettingTypes.Flag,
            new MqttTlsOptions(null, null, null).Verify,
            "Whether to verify the broker's certificate. `false` accepts any certificate, for tests only."
        );

    public static SettingTable Table { get; } = Rows.Build();
}
