namespace SshMqttBridge.Configuration.Tree;

/// <summary>Every key there is: what the reader knows, an environment variable may name, and the documentation has to mention.</summary>
internal static class ConfigurationKeys
{
    public const string Servers = "servers";

    /// <summary>The key of a server that is a section.</summary>
    public const string Actions = "actions";

    /// <summary>Likewise.</summary>
    public const string Algorithms = "algorithms";

    /// <summary>The keys of an action that are sections.</summary>
    public const string Parameters = "parameters";
    public const string Schedule = "schedule";

    public static IReadOnlyList<string> Top { get; } =
    [
        "mqtt",
        "files",
        "stateDirectory",
        "audit",
        "homeAssistant",
        "webConsole",
        "shutdownTimeout",
        "logLevel",
        "defaults",
        Servers,
    ];

    public static IReadOnlyList<string> Mqtt { get; } =
    [
        "host",
        "hosts",
        "port",
        "transport",
        "path",
        "username",
        "password",
        "passwordFile",
        "clientId",
        "protocolVersion",
        "baseTopic",
        "responseTopics",
        "keepAlive",
        "retain",
        "tls",
    ];

    public static IReadOnlyList<string> Tls { get; } =
    ["enabled", "caFile", "certificateFile", "keyFile", "serverName", "verify"];

    public static IReadOnlyList<string> Files { get; } = ["baseDirectory"];

    public static IReadOnlyList<string> Audit { get; } = ["enabled", "file", "commands", "maxBytes", "files"];

    public static IReadOnlyList<string> HomeAssistant { get; } = ["enabled", "discoveryPrefix"];

    public static IReadOnlyList<string> WebConsole { get; } =
    ["enabled", "url", "hostNames", "tokenFile", "certificateFile", "keyFile", "allowPlainHttp"];

    /// <summary>Of a server, and of the defaults.</summary>
    public static IReadOnlyList<string> Server { get; } =
    [
        "host",
        "port",
        "user",
        "password",
        "passwordFile",
        "privateKeyFile",
        "passphrase",
        "passphraseFile",
        "certificateFile",
        "agent",
        "hostKey",
        "sshLibrary",
        Algorithms,
        "stdout",
        "lineSeparator",
        "persistentConnection",
        "shutdownWhenInactive",
        "queueLimit",
        "maxOutputBytes",
        "connectTimeout",
        "keepAlive",
        "keepAliveCount",
        "transferTimeout",
        "idleTimeout",
        "commands",
        "transfers",
        "rateLimit",
        Actions,
    ];

    /// <summary>Of a server's algorithms.</summary>
    public static IReadOnlyList<string> AlgorithmKeys { get; } = ["hostKeys", "keyExchange", "ciphers", "macs", "signatures"];

    public static IReadOnlyList<string> Action { get; } =
    ["command", "title", "icon", "timeout", "confirm", Parameters, Schedule];

    /// <summary>Of an action's parameter.</summary>
    public static IReadOnlyList<string> Parameter { get; } =
    ["type", "title", "default", "min", "max", "maxLength", "pattern", "choices"];

    /// <summary>Of an action's schedule.</summary>
    public static IReadOnlyList<string> ScheduleKeys { get; } = ["every", "cron"];

    /// <summary>The sections by their paths. Those of the servers have ids in theirs and are not among them.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Sections { get; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        {
            [""] = Top,
            ["mqtt"] = Mqtt,
            ["mqtt.tls"] = Tls,
            ["files"] = Files,
            ["audit"] = Audit,
            ["homeAssistant"] = HomeAssistant,
            ["webConsole"] = WebConsole,
            ["defaults"] = Server,
            [$"defaults.{Algorithms}"] = AlgorithmKeys,
        };

    /// <summary>Says that a key is unknown, and which one may be meant.</summary>
    public static string Unknown(string key, IReadOnlyList<string> known) =>
        Nearest(key, known) is { } nearest
            ? $"unknown key; did you mean '{nearest}'?"
            : $"unknown key; known here: {string.Join(", ", known)}";

    /// <summary>The one that may be meant; null: none is near.</summary>
    public static string? Nearest(string key, IReadOnlyList<string> known)
    {
        if (key.Length > 40)
        {
            return null;
        }

        var (nearest, distance) = known
            .Select(name => (name, distance: Distance(Plain(key), Plain(name))))
            .MinBy(pair => pair.distance);
        return distance <= Math.Max(2, nearest.Length / 3) && distance * 2 <= nearest.Length ? nearest : null;
    }

    /// <summary>line_separator and LineSeparator are lineSeparator to a human reader.</summary>
    private static string Plain(string key) =>
        key.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>Levenshtein's: how many letters to add, drop or replace.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
