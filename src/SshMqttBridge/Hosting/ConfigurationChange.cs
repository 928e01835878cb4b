using SshMqttBridge.Configuration;

namespace SshMqttBridge.Hosting;

/// <summary>What two configurations differ in.</summary>
internal sealed record ConfigurationChange(BridgeOptions Before, BridgeOptions Now)
{
    /// <summary>The names of the settings that differ and cannot change while the bridge runs.</summary>
    public IReadOnlyList<string> NeedRestart =>
        [
            .. Differing("stateDirectory", options => options.StateDirectory),
            .. Differing("mqtt.baseTopic", options => options.Mqtt.BaseTopic),
            .. Differing("mqtt.clientId", options => options.Mqtt.ClientId),
        ];

    /// <summary>
    /// Whether all services must start again: what each of them may do depends on whether the bridge leads a group.
    /// </summary>
    public bool RestartsServices => Before.Group != Now.Group;

    /// <summary>In one sentence without a full stop.</summary>
    public string Summary
    {
        get
        {
            if (Before with { Settings = Now.Settings } == Now)
            {
                return "nothing has changed";
            }

            string[] parts =
            [
                .. Part("added", Ids(Now).Except(Ids(Before))),
                .. Part("removed", Ids(Before).Except(Ids(Now))),
                .. Part("changed", Now.Servers.Where(IsChanged).Select(server => server.Id)),
                .. Part(
                    "other settings",
                    [
                        .. Differing("mqtt", options => options.Mqtt),
                        .. Differing("shard", options => options.Shard),
                        .. Differing("group", options => options.Group),
                        .. Differing("files", options => options.BaseDirectory),
                        .. Differing("audit", options => options.Audit),
                        .. Differing("homeAssistant", options => options.HomeAssistant),
                        .. Differing("metrics", options => options.Metrics),
                        .. Differing("webConsole", options => options.WebConsole),
                        .. Differing("shutdownTimeout", options => options.ShutdownTimeout),
                        .. Differing("watchConfiguration", options => options.WatchConfiguration),
                        .. Differing("logLevel", options => options.LogLevel),
                        .. Differing("logFormat", options => options.LogFormat),
                    ]
                ),
            ];
            return parts.Length == 0 ? "only the order of the servers has changed" : string.Join("; ", parts);
        }
    }

    private bool IsChanged(ServerOptions now) => Before.Servers.Any(before => before.Id == now.Id && before != now);

    private IEnumerable<string> Differing<T>(string name, Func<BridgeOptions, T> of) =>
        EqualityComparer<T>.Default.Equals(of(Before), of(Now)) ? [] : [name];

    private static IEnumerable<string> Ids(BridgeOptions options) => options.Servers.Select(server => server.Id);

    private static IEnumerable<string> Part(string what, IEnumerable<string> names)
    {
        var text = string.Join(", ", names);
        return text.Length == 0 ? [] : [$"{what}: {text}"];
    }
}
