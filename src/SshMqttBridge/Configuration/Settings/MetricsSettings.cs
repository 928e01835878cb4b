namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of the section <c>metrics</c>.</summary>
internal static class MetricsSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static Setting<bool> Enabled { get; } =
        Rows.Add(
            "enabled",
            SettingTypes.Flag,
            OptionDefaults.Metrics.Enabled,
            "Whether the bridge serves metrics for Prometheus and health checks."
        );

    public static Setting<Uri> Url { get; } =
        Rows.Add(
            "url",
            new ParsedType<Uri>(
                "`http://`, an address or `localhost`, and a port",
                Parse,
                static () => SchemaKeywords.Pattern(SchemaPatterns.PlainListenUrl),
                static url => url.OriginalString
            ),
            OptionDefaults.Metrics.Url,
            "Address to listen on: /metrics, /healthz and /readyz. Port 0 selects a free port."
        );

    public static SettingTable Table { get; } = Rows.Build();

    private static string? Parse(string text, out Uri? value)
    {
        if (ListenUrl.Parse(text, out value) is { } fault)
        {
            return fault;
        }

        return value!.Scheme == Uri.UriSchemeHttp ? null : "must begin with http://; for TLS, use a reverse proxy";
    }
}
