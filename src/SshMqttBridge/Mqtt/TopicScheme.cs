namespace SshMqttBridge.Mqtt;

/// <summary>The bridge's topics: the only place that parses or formats one.</summary>
/// <param name="baseTopic">One or more levels, without a slash at either end.</param>
internal sealed class TopicScheme(string baseTopic)
{
    private const string WriteSuffix = "set";
    private const string BridgeId = "bridge";
    private const int MaximumShardLength = 64;

    private readonly string _prefix = baseTopic + "/";

    public string BridgeState => Of(BridgeId, "state");
    public string BridgeError => Of(BridgeId, "error");

    /// <summary>The topic of a bridge that is no shard; see <see cref="InfoOf"/>.</summary>
    public string SingleInfo => Of(BridgeId, "info");

    /// <summary>The filter of the topics of all shards; see <see cref="InfoOf"/>.</summary>
    public string ShardInfos => InfoOf("+");

    /// <summary>The filter of all <see cref="ShardOf"/>.</summary>
    public string Shards => ShardOf("+");

    /// <summary>Which instance leads the group, retained.</summary>
    public string GroupLeader => Of(BridgeId, "leader");

    /// <summary>The messages by which the instances of a group agree on a leader.</summary>
    public string GroupLease => Of(BridgeId, "lease");

    /// <summary>The state of one instance of the group, retained.</summary>
    public string InstanceOf(string instance) => Of(BridgeId, "instances/" + instance);

    /// <summary>The filter of all <see cref="InstanceOf"/>.</summary>
    public string Instances => InstanceOf("+");

    /// <summary>The instance of such a topic; null: it is another topic.</summary>
    public string? InstanceIn(string topic) =>
        topic.StartsWith(InstanceOf(""), StringComparison.Ordinal) ? topic[InstanceOf("").Length..] : null;

    /// <summary>What a group must know of one command when its leader is lost, retained.</summary>
    /// <param name="serverId">The command's server.</param>
    /// <param name="key">Distinguishes the commands of a server.</param>
    public string CommandRecordOf(string serverId, string key) => Of(BridgeId, $"commands/{serverId}/{key}");

    /// <summary>The filter of all <see cref="CommandRecordOf"/>.</summary>
    public string CommandRecords => Of(BridgeId, "commands/+/+");

    /// <summary>Whether a shard may have this name: as a server's id, because it is a part of ids in Home Assistant.</summary>
    public static bool IsShardName(string name) =>
        name.Length is > 0 and <= MaximumShardLength
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-');

    /// <summary>The version, the servers with their settings and states, retained.</summary>
    /// <param name="shard">A shard has a topic of its own; null: the bridge is no shard.</param>
    public string InfoOf(string? shard) => shard is null ? SingleInfo : $"{SingleInfo}/{shard}";

    /// <summary>Which servers a shard serves, retained: small, because all other bridges on the base topic receive it.</summary>
    public string ShardOf(string name) => Of(BridgeId, "shards/" + name);

    /// <summary>
    /// The filters to subscribe to: <c>ssh/ID/NAME/set</c> and <c>ssh/ID/NAME/ARGUMENT/set</c>.
    /// </summary>
    /// <param name="servers">The ids of a shard's servers, because the others are none of its business; null: every id, so that the
    /// bridge can answer commands for unknown servers.</param>
    public IReadOnlyList<string> WriteFilters(IEnumerable<string>? servers) =>
        [.. Levels(servers).SelectMany(id => new[] { $"{_prefix}{id}/+/{WriteSuffix}", $"{_prefix}{id}/+/+/{WriteSuffix}" })];

    /// <summary>
    /// The filters of the other topics below the base topic that end in <c>/set</c>, so that the bridge can report them. They
    /// overlap neither with <see cref="WriteFilters"/>, since a broker may deliver a message once for each, nor with the
    /// bridge's own topics. Only <c>#</c> matches any depth.
    /// </summary>
    /// <param name="servers">See <see cref="WriteFilters"/>.</param>
    public IReadOnlyList<string> MisplacedFilters(IEnumerable<string>? servers) =>
        [
            .. servers is null ? [_prefix + WriteSuffix] : (string[])[],
            .. Levels(servers).SelectMany(id => new[] { $"{_prefix}{id}/{WriteSuffix}", $"{_prefix}{id}/+/+/+/+/#" }),
        ];

    /// <summary>A datapoint's topic, for example <c>ssh/nas/out</c>.</summary>
    public string Of(string serverId, string datapoint) => $"{_prefix}{serverId}/{datapoint}";

    /// <summary>The write topic that runs an action, for example <c>ssh/nas/run/restart/set</c>.</summary>
    public string RunOf(string serverId, string action) => Of(serverId, $"run/{action}/{WriteSuffix}");

    /// <summary>
    /// The topic of an action's output, for example <c>ssh/nas/action/restart</c>. No action may be named <c>set</c>, because
    /// that would be a write topic.
    /// </summary>
    public string ActionOf(string serverId, string action) => Of(serverId, $"action/{action}");

    /// <summary>Whether the last run of an action succeeded: <c>ok</c>, <c>failed</c> or <c>unknown</c>.</summary>
    public string ActionStatusOf(string serverId, string action) => ActionOf(serverId, action) + "/status";

    /// <summary>The last run of an action, as JSON.</summary>
    public string ActionLastOf(string serverId, string action) => ActionOf(serverId, action) + "/last";

    /// <summary>What an action has set: <c>ON</c> or <c>OFF</c>, the value of its only parameter, or <c>unknown</c>.</summary>
    public string ActionStateOf(string serverId, string action) => ActionOf(serverId, action) + "/state";

    /// <summary>Whether it is a topic of a server's actions.</summary>
    public bool IsOfAction(string topic, string serverId) => topic.StartsWith(ActionOf(serverId, ""), StringComparison.Ordinal);

    /// <summary>Parses a write topic; null if it is not one of the bridge.</summary>
    public WriteTopic? Parse(string topic)
    {
        if (!topic.StartsWith(_prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var levels = topic[_prefix.Length..].Split('/');
        return levels switch
        {
            [var id, var name, WriteSuffix] => new WriteTopic(id, name, null),
            [var id, var name, var argument, WriteSuffix] => new WriteTopic(id, name, argument),
            _ => null,
        };
    }

    /// <summary>The id of the server of a topic such as <c>ssh/nas/out</c>; null: it is not below the base topic.</summary>
    public string? ServerOf(string topic) =>
        topic.StartsWith(_prefix, StringComparison.Ordinal) && topic.IndexOf('/', _prefix.Length) is > 0 and var end
            ? topic[_prefix.Length..end]
            : null;

    /// <summary>The first level below the base topic, where a server's id is.</summary>
    public string FirstLevelOf(string topic) => topic[_prefix.Length..].Split('/')[0];

    /// <summary>Whether a topic below the base topic looks like a write topic, but has too few or too many levels.</summary>
    public bool IsMisplaced(string topic) =>
        topic.StartsWith(_prefix, StringComparison.Ordinal) && IsWriteTopic(topic) && Parse(topic) is null;

    /// <summary>What the filters have in the place of a server's id.</summary>
    private static IEnumerable<string> Levels(IEnumerable<string>? servers) => servers ?? ["+"];

    /// <summary>Whether a topic is a write topic, which must not be used as a response topic.</summary>
    public static bool IsWriteTopic(string topic) =>
        topic == WriteSuffix || topic.EndsWith("/" + WriteSuffix, StringComparison.Ordinal);
}

/// <summary>A write topic's parts.</summary>
/// <param name="ServerId">As in the topic: the server may be unknown.</param>
/// <param name="Name"><c>exec</c>, <c>get</c>, …: the operation may be unknown.</param>
/// <param name="Argument">The level between the name and <c>set</c>, for example the seconds of <c>exec/5/set</c>; null:
/// there is none.</param>
internal sealed record WriteTopic(string ServerId, string Name, string? Argument);
