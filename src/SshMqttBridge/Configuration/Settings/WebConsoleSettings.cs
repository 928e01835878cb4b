using System.Text;
using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of the section <c>webConsole</c>.</summary>
internal static class WebConsoleSettings
{
    private static readonly SettingTableBuilder Rows = new();
    private static readonly WebConsoleOptions Defaults = OptionDefaults.WebConsole;

    public static Setting<bool> Enabled { get; } =
        Rows.Add("enabled", SettingTypes.Flag, Defaults.Enabled, "Whether the bridge serves the console.");

    public static Setting<Uri> Url { get; } =
        Rows.Add(
            "url",
            new ParsedType<Uri>(
                "`http://` or `https://`, an address or `localhost`, and a port",
                ListenUrl.Parse,
                static () => SchemaKeywords.Pattern(SchemaPatterns.ListenUrl),
                static url => url.OriginalString
            ),
            Defaults.Url,
            "Address to listen on. Port 0 selects a free port. An address other than loopback requires https or allowPlainHttp."
        );

    public static Setting<IReadOnlyList<string>> HostNames { get; } =
        Rows.Add(
            "hostNames",
            new ListType<string>("a name or a list of them", new TextType("name", ValidateName, HostNameSchema)),
            Defaults.HostNames,
            "Host names of the console, besides addresses, localhost and the name of the machine."
        );

    public static Setting<IReadOnlyList<Uri>> Origins { get; } =
        Rows.Add(
            "origins",
            new ListType<Uri>(
                "an origin or a list of them",
                new ParsedType<Uri>(
                    "origin",
                    ParseOrigin,
                    static () => SchemaKeywords.Pattern(SchemaPatterns.Origin),
                    static origin => origin.GetLeftPart(UriPartial.Authority)
                )
            ),
            Defaults.Origins,
            "Origins whose pages may show the console in a frame and send it requests, for example that of Home Assistant."
        );

    public static FileSetting TokenFile { get; } =
        Rows.Add(
            new FileSetting(
                "tokenFile",
                SettingTypes.File,
                "none",
                $"File that contains the token of at least {WebConsoleOptions.MinimumTokenLength} characters. "
                    + "By default, the bridge generates one."
            )
            {
                IsSecret = true,
                ValidateContent = ValidateToken,
            }
        );

    public static FileSetting CertificateFile { get; } =
        Rows.AddPemFile("certificateFile", "none", "The certificate for https, followed by the rest of its chain.");

    public static FileSetting KeyFile { get; } =
        Rows.AddPemFile("keyFile", "none", "The private key of the certificate.", isSecret: true);

    public static Setting<bool> AllowPlainHttp { get; } =
        Rows.Add(
            "allowPlainHttp",
            SettingTypes.Flag,
            Defaults.AllowPlainHttp,
            "Allows an address other than loopback without TLS, for example behind a proxy."
        );

    public static Setting<BrowserFiles> Files { get; } =
        Rows.Add(
            "files",
            new ChoiceType<BrowserFiles>(
                ("auto", BrowserFiles.Automatic),
                ("true", BrowserFiles.Always),
                ("false", BrowserFiles.Never)
            ),
            Defaults.Files,
            "Whether the browser can upload, list and download the files in files.baseDirectory. "
                + "auto: if a server accepts any command, and transfers in both directions."
        );

    public static Setting<int> MaxUploadMiB { get; } =
        Rows.Add(
            "maxUploadMiB",
            new WholeNumberType(1, 1_048_576, "MiB"),
            Defaults.MaxUploadMiB,
            "Maximum size of an uploaded file."
        );

    public static Setting<bool> TrustHostKeys { get; } =
        Rows.Add(
            "trustHostKeys",
            SettingTypes.Flag,
            Defaults.TrustHostKeys,
            "Whether users of the console may accept the new host key of a server that accepts any command."
        );

    public static SettingTable Table { get; } = Rows.Build();

    private static string? ValidateName(string text) =>
        HostRules.IsHostName(text) ? null : "must be a host name, for example console.example.org, without scheme or port";

    private static JsonObject HostNameSchema()
    {
        var schema = SchemaKeywords.Pattern(SchemaPatterns.HostName, "boolean");
        schema["maxLength"] = HostRules.MaximumNameLength + 1;
        return schema;
    }

    private static string? ParseOrigin(string text, out Uri? origin) =>
        Uri.TryCreate(text, UriKind.Absolute, out origin)
        && (origin.Scheme == Uri.UriSchemeHttp || origin.Scheme == Uri.UriSchemeHttps)
        && origin is { PathAndQuery: "/", Fragment: "", UserInfo: "" }
        && Uri.CheckHostName(origin.DnsSafeHost) != UriHostNameType.Unknown
            ? null
            : "must be the origin of a page, for example https://homeassistant.local:8123, without a path";

    private static string? ValidateToken(ReadOnlyMemory<byte> content) =>
        Encoding.UTF8.GetString(content.Span).Trim() is { Length: < WebConsoleOptions.MinimumTokenLength }
            ? $"must contain a token of at least {WebConsoleOptions.MinimumTokenLength} characters; "
                + "generate one with 'openssl rand -hex 16'"
            : null;
}
