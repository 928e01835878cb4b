namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// Regular expressions of ECMA-262 for the JSON Schema. An editor uses them during editing; the
/// reader has separate rules, which are partly stricter and give descriptive messages.
/// </summary>
internal static class SchemaPatterns
{
    // Letters and digits of all languages, - and _: everything but the other characters of ASCII.
    private const string LabelCharacter = @"[^\s\u0000-,./:-@\[-^`{-\u00A0]";
    private const string Label = $"(?!-){LabelCharacter}+";
    private const string Name = $@"{Label}(\.{Label})*\.?";
    private const string Ipv6 = "[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*(%.+)?";
    private const string PortNumber = "0*([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

    /// <summary>Control characters, within brackets.</summary>
    private const string Control = @"\u0000-\u001F\u007F-\u009F";

    /// <summary>Text without control characters.</summary>
    public const string Line = $"^[^{Control}]*$";

    public const string Host = $"^({Name}|{Ipv6})$";

    /// <summary>A host with or without a port.</summary>
    public const string HostAndPort = $@"^({Name}(:{PortNumber})?|{Ipv6}|\[{Ipv6}\](:{PortNumber})?)$";

    /// <summary>Topic levels without wildcards.</summary>
    public const string Topic = $@"^(?!\$)[^/+#{Control}]+(/[^/+#{Control}]+)*$";

    /// <summary>One topic level without wildcards.</summary>
    public const string TopicLevel = $"^[^/+#{Control}]+$";

    public const string TopicFilter = $@"^(?!\$)(?=.)(#|([^/+#{Control}]*|\+)(/([^/+#{Control}]*|\+))*(/#)?)$";

    /// <summary>The path of a websocket.</summary>
    public const string WebsocketPath = "^/[^#]*$";

    /// <summary>The address that the web console listens on.</summary>
    public const string ListenUrl =
        "^[Hh][Tt][Tt][Pp][Ss]?://([Ll][Oo][Cc][Aa][Ll][Hh][Oo][Ss][Tt]|[0-9.]+|\\[[^\\]]+\\])(:[0-9]+)?/?$";

    /// <summary>The same without TLS.</summary>
    public const string PlainListenUrl =
        "^[Hh][Tt][Tt][Pp]://([Ll][Oo][Cc][Aa][Ll][Hh][Oo][Ss][Tt]|[0-9.]+|\\[[^\\]]+\\])(:[0-9]+)?/?$";

    /// <summary>A host name, not an address.</summary>
    public const string HostName = $"^(?![0-9.]+$){Name}$";

    /// <summary>Scheme, host and port of a page.</summary>
    public const string Origin = $@"^[Hh][Tt][Tt][Pp][Ss]?://({Name}|\[{Ipv6}\])(:{PortNumber})?/?$";

    public const string EtcdEndpoint = Origin;

    /// <summary>The prefix of keys in etcd.</summary>
    public const string EtcdPrefix = $"^/[^{Control}]*[^/{Control}]$";

    public const string Fingerprint = "^SHA256:[A-Za-z0-9+/]{43}=*$";

    public const string Rate = "^0*[1-9][0-9]*/(s|min|h)$";

    public const string Icon = "^mdi:[a-z0-9]+(-[a-z0-9]+)*$";

    /// <summary>The interval of a schedule: a number with or without a unit.</summary>
    public const string Interval = @"^([0-9]+\.?[0-9]*|\.[0-9]+)[smhd]?$";

    /// <summary>Five fields separated by spaces.</summary>
    public const string CronFields = @"^\s*\S+(\s+\S+){4}\s*$";

    /// <summary>The id of a server.</summary>
    public const string ServerId = "^(?!bridge$)[a-z0-9_-]{1,64}$";

    /// <summary>A device class of Home Assistant.</summary>
    public const string DeviceClass = "^[a-z0-9_]{1,64}$";

    /// <summary>The name of a shard.</summary>
    public const string ShardName = "^[a-z0-9_-]{1,64}$";

    public const string ActionName = "^(?!set$)[a-z0-9_-]{1,64}$";

    public const string ParameterName = "^[a-z][a-z0-9_]{0,63}$";

    /// <summary>Comma-separated algorithms, with an optional sign before the first.</summary>
    public static string Algorithms(IEnumerable<string> known)
    {
        var name = $"({string.Join('|', known.Select(text => text.Replace(".", "\\.", StringComparison.Ordinal)))})";
        return $@"^[+^-]?\s*{name}(\s*,\s*{name})*$";
    }
}
